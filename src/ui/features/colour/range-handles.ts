/** The two handles of the range histogram: positions, keyboard steps, limits. Pure. */

export interface Range {
  readonly lo: number;
  readonly hi: number;
}

export type Handle = 'lo' | 'hi';

/** The handles keep this share of the full range between them. */
const MIN_GAP_SHARE = 0.005;
const STEP_SHARE = 0.01;
const BIG_STEP_SHARE = 0.1;

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Share (0..1) of the axis at which a value lies; a flat map has one place: 0. */
export function shareOfValue(value: number, full: Range): number {
  return full.hi > full.lo ? clamp((value - full.lo) / (full.hi - full.lo), 0, 1) : 0;
}

/** The inverse of {@link shareOfValue}. */
export function valueOfShare(share: number, full: Range): number {
  return full.lo + clamp(share, 0, 1) * (full.hi - full.lo);
}

/** Moves one handle to a value; the other stays, and the handles never meet. */
export function moveHandle(range: Range, handle: Handle, value: number, full: Range): Range {
  const gap = (full.hi - full.lo) * MIN_GAP_SHARE;
  return handle === 'lo'
    ? { lo: clamp(value, full.lo, range.hi - gap), hi: range.hi }
    : { lo: range.lo, hi: clamp(value, range.lo + gap, full.hi) };
}

/** Moves both handles together, the distance kept. */
export function moveRange(range: Range, delta: number, full: Range): Range {
  const allowed = clamp(delta, full.lo - range.lo, full.hi - range.hi);
  return { lo: range.lo + allowed, hi: range.hi + allowed };
}

/** The handle a press at `share` takes: the nearer one; of two at one place the one that can still move there. */
export function nearestHandle(share: number, range: Range, full: Range): Handle {
  const toLo = Math.abs(share - shareOfValue(range.lo, full));
  const toHi = Math.abs(share - shareOfValue(range.hi, full));
  if (toLo === toHi) return share < shareOfValue(range.lo, full) ? 'lo' : 'hi';
  return toLo < toHi ? 'lo' : 'hi';
}

/** Where a key takes a handle: arrows 1 %, Page and Shift 10 %, Home and End to the ends; null for other keys. */
export function stepHandle(
  range: Range,
  handle: Handle,
  key: string,
  isBig: boolean,
  full: Range,
): Range | null {
  const width = full.hi - full.lo;
  const step = width * (isBig ? BIG_STEP_SHARE : STEP_SHARE);
  const value = range[handle];
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return moveHandle(range, handle, value + step, full);
    case 'ArrowLeft':
    case 'ArrowDown':
      return moveHandle(range, handle, value - step, full);
    case 'PageUp':
      return moveHandle(range, handle, value + width * BIG_STEP_SHARE, full);
    case 'PageDown':
      return moveHandle(range, handle, value - width * BIG_STEP_SHARE, full);
    case 'Home':
      return moveHandle(range, handle, full.lo, full);
    case 'End':
      return moveHandle(range, handle, full.hi, full);
    default:
      return null;
  }
}

/**
 * Bar heights (0..1) of a histogram, gathered into `barCount` bars. The square root lifts the thin tails that
 * the handles are for; a plain scale would show one tall bar and nothing else.
 */
export function barHeights(counts: ArrayLike<number>, barCount: number): number[] {
  const sums = new Array<number>(barCount).fill(0);
  for (let bin = 0; bin < counts.length; bin++) {
    const bar = Math.min(barCount - 1, Math.floor((bin * barCount) / counts.length));
    sums[bar] = (sums[bar] ?? 0) + (counts[bin] ?? 0);
  }
  const peak = Math.max(...sums);
  return peak > 0 ? sums.map((sum) => Math.sqrt(sum / peak)) : sums;
}
