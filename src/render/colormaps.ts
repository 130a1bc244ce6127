/** Colour tables: what a value in 0..1 looks like. Data and sources in `colormap-data.ts`. */
import {
  INFERNO_TABLE,
  MAGMA_TABLE,
  PLASMA_TABLE,
  SPECTRAL_STOPS,
  TURBO_TABLE,
  VIRIDIS_TABLE,
} from './colormap-data.ts';

export const COLORMAP_IDS = ['inferno', 'viridis', 'magma', 'plasma', 'turbo', 'grey', 'spectral'] as const;
export type ColormapId = (typeof COLORMAP_IDS)[number];

/** Entries per table. */
export const COLORMAP_SIZE = 256;

function parseHex(text: string): Uint8Array {
  const hex = text.replace(/\s+/g, '');
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}

/** Linear between equally spaced stops, as the publisher's tools do for class schemes. */
function interpolateStops(stops: Uint8Array): Uint8Array {
  const lastStop = stops.length / 3 - 1;
  return Uint8Array.from({ length: COLORMAP_SIZE * 3 }, (_, i) => {
    const position = (Math.floor(i / 3) / (COLORMAP_SIZE - 1)) * lastStop;
    const stop = Math.min(lastStop - 1, Math.floor(position));
    const a = stops[stop * 3 + (i % 3)] ?? 0;
    const b = stops[stop * 3 + 3 + (i % 3)] ?? 0;
    return Math.round(a + (b - a) * (position - stop));
  });
}

const TABLES: Readonly<Record<ColormapId, Uint8Array>> = {
  inferno: parseHex(INFERNO_TABLE),
  viridis: parseHex(VIRIDIS_TABLE),
  magma: parseHex(MAGMA_TABLE),
  plasma: parseHex(PLASMA_TABLE),
  turbo: parseHex(TURBO_TABLE),
  grey: Uint8Array.from({ length: COLORMAP_SIZE * 3 }, (_, i) => Math.floor(i / 3)),
  // As published: red at 0, violet at 1. Depth papers often show it reversed: that is `invert`.
  spectral: interpolateStops(parseHex(SPECTRAL_STOPS)),
};

/** The table as RGB8, 256 x 3 bytes. Shared: read only. */
export function getColormapTable(id: ColormapId): Uint8Array {
  return TABLES[id];
}

/** The colormap as a CSS gradient, far end first (swatches, legend). `direction` as in CSS. */
export function colormapGradientCss(id: ColormapId, invert = false, direction = 'to right'): string {
  const table = TABLES[id];
  const stops = Array.from({ length: 18 }, (_, i) => {
    const entry = invert ? COLORMAP_SIZE - 1 - i * 15 : i * 15;
    return `rgb(${table[entry * 3]} ${table[entry * 3 + 1]} ${table[entry * 3 + 2]})`;
  });
  return `linear-gradient(${direction}, ${stops.join(', ')})`;
}
