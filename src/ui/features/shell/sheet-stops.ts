/** The three stops of the phone's bottom sheet. */
export const SHEET_STOPS = ['peek', 'half', 'full'] as const;
export type SheetStop = (typeof SHEET_STOPS)[number];

const PEEK_PX = 48;

/** Height of a stop in px for a viewport of this height. */
export function stopHeightPx(stop: SheetStop, viewportPx: number): number {
  switch (stop) {
    case 'peek':
      return PEEK_PX;
    case 'half':
      return Math.round(viewportPx * 0.4);
    case 'full':
      return Math.round(viewportPx * 0.86);
  }
}

/** Where a sheet let go at `heightPx` comes to rest; a flick (px per ms, up is positive) goes one stop on. */
export function settleSheet(heightPx: number, velocity: number, viewportPx: number): SheetStop {
  const projected = heightPx + velocity * 160;
  let nearest: SheetStop = 'peek';
  for (const stop of SHEET_STOPS) {
    const distance = Math.abs(stopHeightPx(stop, viewportPx) - projected);
    if (distance < Math.abs(stopHeightPx(nearest, viewportPx) - projected)) nearest = stop;
  }
  return nearest;
}

/** The stop above or below; the ends hold. */
export function neighbourStop(stop: SheetStop, direction: 1 | -1): SheetStop {
  return SHEET_STOPS[SHEET_STOPS.indexOf(stop) + direction] ?? stop;
}
