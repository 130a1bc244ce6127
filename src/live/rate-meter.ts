/** Events per second over a sliding window. */
const WINDOW_MS = 2000;

export interface RateMeter {
  tick(nowMs: number): void;
  /** Per second; 0 while fewer than two events lie in the window. Fades when events stop coming. */
  read(nowMs: number): number;
}

export function createRateMeter(): RateMeter {
  const times: number[] = [];
  const forget = (nowMs: number) => {
    while (times.length > 0 && nowMs - times[0]! > WINDOW_MS) times.shift();
  };
  return {
    tick(nowMs) {
      times.push(nowMs);
      forget(nowMs);
    },
    read(nowMs) {
      forget(nowMs);
      const [first] = times;
      const last = times.at(-1);
      if (first === undefined || last === undefined || last === first) return 0;
      const intervals = times.length - 1;
      // An event that is overdue by more than one interval lowers the rate.
      const elapsedMs = Math.max(last - first, nowMs - first - (last - first) / intervals);
      return (intervals * 1000) / elapsedMs;
    },
  };
}
