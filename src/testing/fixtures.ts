/** Reads the fixture pack under e2e/fixtures (models, pictures, goldens of the reference libraries). Node only. */
import { readFileSync } from 'node:fs';

const FIXTURES = new URL('../../e2e/fixtures/', import.meta.url);

/** An array of the pack: whole (`file`), or as a regular sample of its last (pictures: first) two axes. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly layout?: string;
  readonly file?: string;
  readonly sample?: { readonly file: string; readonly shape: readonly number[] };
}

export interface GoldenCase {
  readonly image: 'photo' | 'portrait';
  readonly input: GoldenArray & { readonly resized?: GoldenArray };
  readonly output: Readonly<Record<string, GoldenArray>>;
  readonly final: GoldenArray;
}

/** Bounds in the array's own unit. */
export interface Bounds {
  readonly maxAbs: number;
  readonly meanAbs?: number;
}

interface FixtureModel {
  readonly file: string;
  readonly tolerances: Readonly<Record<'input' | 'output' | 'final' | 'endToEnd', Bounds>>;
  readonly cases: readonly GoldenCase[];
}

/** [height, width] of a source and of the network's input. */
type SizePair = readonly [readonly [number, number], readonly [number, number]];

interface FixtureImage {
  readonly file: string;
  readonly kind: 'good' | 'bad' | 'svg';
  readonly width?: number;
  readonly height?: number;
  readonly storedWidth?: number;
  readonly storedHeight?: number;
}

export interface FixtureManifest {
  readonly models: Readonly<Record<string, FixtureModel>>;
  readonly sizes: Readonly<Record<string, readonly SizePair[]>>;
  readonly images: readonly FixtureImage[];
  readonly pixels: Readonly<Record<'photo' | 'portrait', GoldenArray & { readonly file: string }>>;
}

export function readFixtureBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(path, FIXTURES)));
}

export function readFixtureFloats(path: string): Float32Array<ArrayBuffer> {
  return new Float32Array(readFixtureBytes(path).buffer);
}

export function readFixtureJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, FIXTURES), 'utf8'));
}

export function readFixtureManifest(): FixtureManifest {
  return readFixtureJson('manifest.json') as FixtureManifest;
}

/** Decoded pixels of a golden picture. */
export function readGoldenPixels(manifest: FixtureManifest, image: 'photo' | 'portrait') {
  const { file, shape } = manifest.pixels[image];
  return { widthPx: shape[1]!, heightPx: shape[0]!, pixels: readFixtureBytes(file) };
}

/** Places of a sample in the flat array: rows floor((i + 0.5) H / h), columns likewise, all channels and planes. */
function listSamplePlaces(
  shape: readonly number[],
  sampleShape: readonly number[],
  isHwc: boolean,
): number[] {
  const axis = isHwc ? 0 : shape.length - 2;
  const [height, width] = [shape[axis]!, shape[axis + 1]!];
  const [rows, columns] = [sampleShape[axis]!, sampleShape[axis + 1]!];
  const inner = isHwc ? shape[2]! : 1;
  const planes = isHwc ? 1 : shape.slice(0, -2).reduce((product, length) => product * length, 1);
  const places: number[] = [];
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < rows; i++) {
      const y = rows === height ? i : Math.floor(((i + 0.5) * height) / rows);
      for (let j = 0; j < columns; j++) {
        const x = columns === width ? j : Math.floor(((j + 0.5) * width) / columns);
        for (let channel = 0; channel < inner; channel++) {
          places.push(((plane * height + y) * width + x) * inner + channel);
        }
      }
    }
  }
  return places;
}

/** The stored values of a golden, and those of `actual` (the whole array) at the same places. */
export function alignWithGolden(
  actual: ArrayLike<number>,
  golden: GoldenArray,
): { readonly actual: readonly number[]; readonly expected: ArrayLike<number> } {
  const length = golden.shape.reduce((product, axis) => product * axis, 1);
  if (actual.length !== length) throw new Error(`${actual.length} values, the golden has ${length}`);
  const path = golden.file ?? golden.sample?.file;
  if (path === undefined) throw new Error('The golden stores no values');
  const expected = path.endsWith('.f32') ? readFixtureFloats(path) : readFixtureBytes(path);
  if (golden.file !== undefined) return { actual: Array.from(actual), expected };
  const isHwc = golden.layout === 'HWC';
  const places = listSamplePlaces(golden.shape, golden.sample!.shape, isHwc);
  return { actual: places.map((place) => actual[place]!), expected };
}

/** Largest and mean |actual - expected|; NaN where either holds one. */
export function measureDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly maxAbs: number; readonly meanAbs: number } {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} against ${expected.length} values`);
  let maxAbs = 0;
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    maxAbs = Math.max(maxAbs, difference);
    sum += difference;
  }
  return { maxAbs, meanAbs: sum / actual.length };
}
