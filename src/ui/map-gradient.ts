import { toneOf, writeColor } from '../render/color-math.ts';
import { getColormapTable } from '../render/colormaps.ts';
import type { ColorSettings } from '../render/renderer.ts';

const STOP_COUNT = 33;

/** The colours of the shown range from far to near, through the renderer's own formula: true for every gamma and inversion. */
export function mapGradientCss(color: ColorSettings): string {
  const table = getColormapTable(color.colormap);
  const rgb = new Uint8Array(3);
  const { lo, hi } = color.range;
  const stops = Array.from({ length: STOP_COUNT }, (_, index) => {
    const value = lo + ((hi - lo) * index) / (STOP_COUNT - 1);
    writeColor(table, toneOf(value, color), rgb, 0);
    return `rgb(${rgb.join(' ')})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
