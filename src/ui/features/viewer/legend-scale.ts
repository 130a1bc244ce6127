/** Ticks of the legend: round numbers inside the shown range. Pure. */

export interface Tick {
  /** Place on the bar, 0 = far end, 1 = near end. */
  readonly share: number;
  readonly label: string;
}

interface Span {
  readonly lo: number;
  readonly hi: number;
}

/** The step of 1, 2 or 5 times a power of ten that cuts `span` into about `count` parts. */
function roundStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const rest = raw / power;
  return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10);
}

/** Decimals that a step needs to be told apart from its neighbours. */
function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

/**
 * Ticks of a relative map. `shown` is the colour range and `full` the picture's whole range, in raw units;
 * labels are relative to the whole range, 0 = farthest, 1 = nearest. Empty for a flat map.
 */
export function relativeTicks(shown: Span, full: Span): readonly Tick[] {
  const width = full.hi - full.lo;
  const lo = (shown.lo - full.lo) / width;
  const hi = (shown.hi - full.lo) / width;
  if (!(width > 0) || !(hi > lo)) return [];
  const step = roundStep(hi - lo, 4);
  const decimals = decimalsOf(step);
  const ticks: Tick[] = [];
  // Whole multiples avoid 0.30000000000000004.
  for (let multiple = Math.ceil(lo / step - 1e-6); multiple * step <= hi + step * 1e-6; multiple++) {
    const relative = multiple * step;
    ticks.push({ share: (relative - lo) / (hi - lo), label: relative.toFixed(decimals) });
  }
  return ticks;
}

const METRE_STEPS = [1, 2, 5];
/** Closer ticks would write over each other. */
const MIN_TICK_DISTANCE = 0.15;

/** Ticks of a metric map, whose shown range is in inverse metres: round distances, far to near. */
export function metreTicks(shown: Span): readonly Tick[] {
  if (!(shown.hi > shown.lo) || shown.hi <= 0) return [];
  const ticks: Tick[] = [];
  for (let power = 3; power >= -2; power--) {
    for (const step of [...METRE_STEPS].reverse()) {
      const metres = step * 10 ** power;
      const share = (1 / metres - shown.lo) / (shown.hi - shown.lo);
      const last = ticks.at(-1);
      if (share < 0 || share > 1 || (last !== undefined && share - last.share < MIN_TICK_DISTANCE)) continue;
      ticks.push({ share, label: formatMetres(metres) });
    }
  }
  return ticks;
}

/** Metres with as many decimals as make sense at that distance, without the unit. */
export function formatMetres(metres: number): string {
  if (!Number.isFinite(metres)) return '∞';
  return metres >= 10 ? metres.toFixed(0) : metres >= 1 ? trim(metres.toFixed(1)) : trim(metres.toFixed(2));
}

function trim(text: string): string {
  return text.replace(/\.?0+$/, '') || '0';
}
