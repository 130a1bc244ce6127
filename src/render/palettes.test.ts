import { describe, expect, it } from 'vitest';
import {
  createPeoplePalette,
  getPalette,
  getPeoplePalette,
  PALETTE_IDS,
  paletteColorCss,
  personColorCss,
  personColorIndex,
} from './palettes.ts';

/** Machado et al. 2009, severity 1, on linear RGB. */
const VISIONS = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

function toLab(rgb: ArrayLike<number>, vision: readonly number[]): readonly number[] {
  const linear = Array.from(rgb, (value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const dot = (row: readonly number[], v: readonly number[]): number =>
    row.reduce((sum, weight, i) => sum + weight * v[i]!, 0);
  const seen = [0, 1, 2].map((i) => Math.min(1, Math.max(0, dot(vision.slice(i * 3, i * 3 + 3), linear))));
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f(dot([0.4124564, 0.3575761, 0.1804375], seen) / 0.95047);
  const y = f(dot([0.2126729, 0.7151522, 0.072175], seen));
  const z = f(dot([0.0193339, 0.119192, 0.9503041], seen) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Least CIELAB distance of any two of the first `count` entries, for any vision. */
function measureSeparation(palette: Uint8Array, count: number): number {
  let least = Infinity;
  for (const vision of Object.values(VISIONS)) {
    const labs = Array.from({ length: count }, (_, i) => toLab(palette.subarray(i * 3, i * 3 + 3), vision));
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < a; b++) {
        least = Math.min(least, Math.hypot(...labs[a]!.map((value, k) => value - labs[b]![k]!)));
      }
    }
  }
  return least;
}

describe('palettes', () => {
  it('have 256 colours with a black background', () => {
    for (const id of PALETTE_IDS) {
      expect(getPalette(id)).toHaveLength(768);
      expect([...getPalette(id).subarray(0, 3)]).toEqual([0, 0, 0]);
    }
  });

  it('give the colours of published label pictures', () => {
    const first = Array.from({ length: 10 }, (_, i) => [
      ...getPalette('published').subarray(i * 3, i * 3 + 3),
    ]);
    expect(first).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [128, 128, 0],
      [0, 0, 128],
      [128, 0, 128],
      [0, 128, 128],
      [128, 128, 128],
      [64, 0, 0],
      [192, 0, 0],
    ]);
    expect([...getPalette('published').subarray(255 * 3)]).toEqual([224, 224, 192]);
    expect(paletteColorCss('published', 9)).toBe('rgb(192 0 0)');
  });

  it('keep 21 classes apart for every kind of colour vision, unlike the published one', () => {
    expect(measureSeparation(getPalette('colour-blind-safe'), 22)).toBeGreaterThan(17);
    expect(measureSeparation(getPalette('published'), 22)).toBeLessThan(5);
  });

  it('give people different colours, and nobody black', () => {
    const palette = createPeoplePalette(12);
    expect([...palette.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(measureSeparation(palette, 6)).toBeGreaterThan(5);
    expect([1, 240, 241].map(personColorIndex)).toEqual([1, 240, 1]);
    expect(personColorCss('published', 1)).toBe(`rgb(${palette.subarray(3, 6).join(' ')})`);
    // Whoever needs colours for every kind of vision gets them for people, too.
    expect(getPeoplePalette('colour-blind-safe')).toBe(getPalette('colour-blind-safe'));
  });
});
