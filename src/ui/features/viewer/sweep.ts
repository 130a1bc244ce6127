/** The one sweep of the compare line on a first visit. Pure. */

export const SWEEP_MS = 2600;

function easeInOut(share: number): number {
  return share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2;
}

/** Stops of the line: where, and at which share of the time it is there. */
const STOPS = [
  { at: 0, position: 0.5 },
  { at: 0.32, position: 0.92 },
  { at: 0.75, position: 0.08 },
  { at: 1, position: 0.5 },
] as const;

/** Position of the line at a share (0..1) of the sweep's time: from the middle to the photo, to the map, and back. */
export function sweepPosition(share: number): number {
  const time = Math.min(1, Math.max(0, share));
  const next = STOPS.findIndex((stop) => stop.at >= time);
  const to = STOPS[next];
  const from = STOPS[next - 1];
  if (to === undefined) return 0.5;
  if (from === undefined) return to.position;
  return from.position + (to.position - from.position) * easeInOut((time - from.at) / (to.at - from.at));
}
