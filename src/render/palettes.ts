/** Colours of classes and people. A palette is RGB8, entry = class id; entry 0, the background, is black. */

export const PALETTE_IDS = ['published', 'colour-blind-safe'] as const;
export type PaletteId = (typeof PALETTE_IDS)[number];

/** Class ids are bytes. */
const PALETTE_SIZE = 256;

/**
 * `get_palette` of Self-Correction-Human-Parsing (simple_extractor.py), the VOC scheme: the bits of the id, three at a
 * time, become the bits of red, green and blue from the top down. The sets have no colours of their own that all
 * copies agree on; these are the ones that most published label PNGs carry (ATR, LIP, CIHP and Pascal alike).
 */
function createPublishedPalette(): Uint8Array<ArrayBuffer> {
  const palette = new Uint8Array(PALETTE_SIZE * 3);
  for (let id = 0; id < PALETTE_SIZE; id++) {
    for (let rest = id, bit = 7; rest > 0; rest >>= 3, bit--) {
      for (let channel = 0; channel < 3; channel++) {
        palette[id * 3 + channel]! |= ((rest >> channel) & 1) << bit;
      }
    }
  }
  return palette;
}

/**
 * Chosen for this app by farthest points in CIELAB, the distance of two colours being the least of those seen with
 * normal vision and with full protanopia, deuteranopia and tritanopia (Machado et al. 2009): at least 17 among these
 * 21 and black (`palettes.test.ts`); the first are the farthest apart.
 */
const COLOUR_BLIND_SAFE = [
  '00ff22 ee00ff ffddee 558844 bbff99 771199 0000ff aaaaee 776688 772244 00aa22',
  'cc99bb 115511 dd8888 aa55bb 6600cc 77dd55 444477 ccddaa ff4411 aa5566',
].join(' ');

function createSafePalette(): Uint8Array<ArrayBuffer> {
  const colours = COLOUR_BLIND_SAFE.split(' ').map((hex) => Number.parseInt(hex, 16));
  const palette = new Uint8Array(PALETTE_SIZE * 3);
  for (let id = 1; id < PALETTE_SIZE; id++) {
    const colour = colours[(id - 1) % colours.length]!;
    palette.set([colour >> 16, (colour >> 8) & 0xff, colour & 0xff], id * 3);
  }
  return palette;
}

const PALETTES: Readonly<Record<PaletteId, Uint8Array<ArrayBuffer>>> = {
  published: createPublishedPalette(),
  'colour-blind-safe': createSafePalette(),
};

/** The palette as RGB8, 256 x 3 bytes. Shared: read only. The safe one repeats after its 21 colours. */
export function getPalette(id: PaletteId): Uint8Array<ArrayBuffer> {
  return PALETTES[id];
}

/** The class's colour for CSS. */
export function paletteColorCss(id: PaletteId, classId: number): string {
  const [red, green, blue] = PALETTES[id].subarray(classId * 3, classId * 3 + 3);
  return `rgb(${red} ${green} ${blue})`;
}

/** People above this number share colours. */
const PEOPLE_COLOURS = 240;

const PEOPLE_PALETTES: Readonly<Record<PaletteId, Uint8Array<ArrayBuffer>>> = {
  published: createPeoplePalette(PEOPLE_COLOURS),
  'colour-blind-safe': PALETTES['colour-blind-safe'],
};

/** Entry of a person (from 1) in {@link getPeoplePalette}. */
export function personColorIndex(personId: number): number {
  return ((personId - 1) % PEOPLE_COLOURS) + 1;
}

/** Colours of people as RGB8, index from {@link personColorIndex}. Shared: read only. */
export function getPeoplePalette(id: PaletteId): Uint8Array<ArrayBuffer> {
  return PEOPLE_PALETTES[id];
}

/** The person's colour for CSS. */
export function personColorCss(id: PaletteId, personId: number): string {
  const at = personColorIndex(personId) * 3;
  const [red, green, blue] = PEOPLE_PALETTES[id].subarray(at, at + 3);
  return `rgb(${red} ${green} ${blue})`;
}

/** Person colours: entry n = person n, 0 black; neighbours in number are far apart in hue (golden ratio). */
export function createPeoplePalette(count: number): Uint8Array<ArrayBuffer> {
  const palette = new Uint8Array((count + 1) * 3);
  for (let n = 1; n <= count; n++) {
    const hue = (n * 0.618033988749895 * 6) % 6;
    for (let channel = 0; channel < 3; channel++) {
      // HSV with saturation 0.65 and value 1 (odd) or 0.8 (even).
      const offset = (5 - channel * 2 + hue) % 6;
      const share = Math.max(0, Math.min(1, offset, 4 - offset));
      palette[n * 3 + channel] = Math.round(255 * (n % 2 === 1 ? 1 : 0.8) * (1 - 0.65 * share));
    }
  }
  return palette;
}
