/** Cards drawn beyond the visible ones, on each side: a quick scroll meets pictures. */
const OVERSCAN = 6;
/** Drawn at least, where there are as many: a reader of the page meets them without scrolling. */
const MIN_CARDS = 26;

interface VisibleRange {
  readonly startIndex: number;
  readonly endIndex: number;
  /** Of all cards. */
  readonly count: number;
}

/** Indices of the cards to draw, ascending. Near an end of the strip the other side makes up for what is missing. */
export function chooseDrawnCards({ startIndex, endIndex, count }: VisibleRange): number[] {
  let first = Math.max(0, startIndex - OVERSCAN);
  let last = Math.min(count - 1, endIndex + OVERSCAN);
  const missing = Math.max(0, MIN_CARDS - (last - first + 1));
  first = Math.max(0, first - Math.floor(missing / 2));
  last = Math.min(count - 1, Math.max(last, first + MIN_CARDS - 1));
  first = Math.max(0, Math.min(first, last - MIN_CARDS + 1));
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
