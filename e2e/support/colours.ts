/** What a screenshot shows, against published colormaps. Written from matplotlib's tables, not from the app's. */
import type { DecodedPng } from 'fast-png';

type Rgb = readonly [number, number, number];

/** matplotlib 3.9 `colormaps[name](i / 16)`, 17 stops; straight lines between them stay within {@link COLOUR_TOLERANCE}. */
const STOPS: Readonly<Record<'inferno' | 'viridis' | 'grey', readonly Rgb[]>> = {
  inferno: [
    [0, 0, 4],
    [11, 7, 36],
    [33, 12, 74],
    [61, 9, 101],
    [87, 16, 110],
    [112, 25, 110],
    [138, 34, 106],
    [163, 44, 96],
    [188, 55, 84],
    [209, 72, 67],
    [228, 90, 49],
    [242, 115, 29],
    [249, 142, 9],
    [252, 173, 18],
    [247, 203, 53],
    [241, 237, 113],
    [252, 255, 164],
  ],
  viridis: [
    [68, 1, 84],
    [72, 24, 106],
    [71, 45, 123],
    [66, 64, 134],
    [59, 82, 139],
    [51, 99, 141],
    [44, 114, 142],
    [38, 130, 142],
    [33, 145, 140],
    [31, 160, 136],
    [40, 174, 128],
    [63, 188, 115],
    [94, 201, 98],
    [132, 212, 75],
    [173, 220, 48],
    [216, 226, 25],
    [253, 231, 37],
  ],
  grey: [
    [0, 0, 0],
    [255, 255, 255],
  ],
};

/** Colour of `t` in [0, 1]. */
export function colourAt(name: keyof typeof STOPS, t: number): Rgb {
  const stops = STOPS[name];
  const at = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(at)], stops[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new Error(`no colour at ${t}`);
  const mix = (channel: 0 | 1 | 2) => low[channel] + (high[channel] - low[channel]) * (at % 1);
  return [mix(0), mix(1), mix(2)];
}

function distance(a: Rgb, b: Rgb): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

/** A pixel of a decoded PNG; alpha is dropped. */
export function pixelAt(image: DecodedPng, x: number, y: number): Rgb {
  const at = (y * image.width + x) * image.channels;
  return [image.data[at] ?? 0, image.data[at + 1] ?? 0, image.data[at + 2] ?? 0];
}

/** Largest distance per channel, of 255, between the table of 256 and the straight lines (the bright end of inferno bends most). */
export const COLOUR_TOLERANCE = 14;

export interface ColourCount {
  /** Share of the pixels in the middle half of the picture that lie on the colormap. */
  readonly isFromColormap: number;
  /** Different colours among them. */
  readonly distinct: number;
}

/** Looks at the middle of the picture, away from the neutral surround, legends and handles. */
export function countColours(image: DecodedPng, name: keyof typeof STOPS): ColourCount {
  const table = Array.from({ length: 512 }, (_, index) => colourAt(name, index / 511));
  const seen = new Map<number, boolean>();
  let counted = 0;
  let matched = 0;
  for (let y = Math.floor(image.height * 0.3); y < image.height * 0.7; y += 2) {
    for (let x = Math.floor(image.width * 0.3); x < image.width * 0.7; x += 2) {
      const colour = pixelAt(image, x, y);
      const key = (colour[0] << 16) | (colour[1] << 8) | colour[2];
      const known = seen.get(key) ?? table.some((entry) => distance(entry, colour) <= COLOUR_TOLERANCE);
      seen.set(key, known);
      counted += 1;
      if (known) matched += 1;
    }
  }
  return { isFromColormap: matched / counted, distinct: [...seen.values()].filter(Boolean).length };
}
