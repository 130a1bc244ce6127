/** 1:05, 1:02:09 */
export function formatClock(lengthMs: number): string {
  const total = Math.floor(lengthMs / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const rest = `${hours > 0 ? two(minutes) : minutes}:${two(total % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `frame-2030-01-31-170509`: sorts by time, allowed in every file system. */
export function nameByTime(stem: string, time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${stem}-${date}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
