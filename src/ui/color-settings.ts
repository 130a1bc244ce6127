/** From settings and one picture's range to what the renderer is told. Pure. */
import { rangeOf, type ValueHistogram, type ValueRange } from '../render/histogram.ts';
import type { ColorSettings } from '../render/renderer.ts';
import type { Settings } from './stores/settings-store.ts';
import type { RangeChoice } from './stores/view-store.ts';

/** The colour range of a picture in raw units. A manual range is kept inside the map's own. */
export function resolveRange(choice: RangeChoice | undefined, histogram: ValueHistogram): ValueRange {
  if (choice === undefined || choice.mode === 'auto') return rangeOf(histogram, 'auto');
  if (choice.mode === 'full') return rangeOf(histogram, 'full');
  const lo = Math.max(histogram.min, Math.min(choice.lo, histogram.max));
  const hi = Math.min(histogram.max, Math.max(choice.hi, histogram.min));
  // Another model's map of the same picture may lie elsewhere: then the old handles say nothing.
  return lo < hi ? { lo, hi } : rangeOf(histogram, 'auto');
}

/** What one picture's map is coloured with. */
export function composeColor(
  settings: Pick<Settings, 'colormap' | 'invert' | 'gamma' | 'followEdges'>,
  range: ValueRange,
): ColorSettings {
  return {
    colormap: settings.colormap,
    invert: settings.invert,
    gamma: settings.gamma,
    followEdges: settings.followEdges,
    range,
  };
}
