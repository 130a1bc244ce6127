/** The parsing models of the fixture pack: manifests, and goldens as the pack's index describes them. Node only. */
import type { PipelineRequest } from '../engine/api.ts';
import { M2FP_MULTI } from '../engine/models/m2fp.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { SCHP_ATR, SCHP_LIP } from '../engine/models/schp.ts';
import { SEGFORMER_B0_CLOTHES } from '../engine/models/segformer-clothes.ts';
import type { DecodedImage, Session } from '../engine/platform.ts';
import { createOrtSession } from '../platform/node/session.ts';
import { readFixtureBytes, readFixtureJson, type GoldenArray } from './fixtures.ts';

interface GoldenCandidate {
  readonly query: number;
  readonly label: number;
  readonly prob: number;
  readonly maskScore: number;
  readonly score: number;
}

/** A painted golden and the masks that painted it, worst first. */
export interface PaintedGolden extends GoldenArray {
  readonly order: readonly GoldenCandidate[];
}

interface QueryCase {
  readonly image: 'photo' | 'portrait';
  readonly shortSide: number;
  readonly resized: readonly [number, number];
  readonly padded: readonly [number, number];
  readonly input: GoldenArray;
  readonly output: { readonly pred_logits: GoldenArray; readonly pred_masks: GoldenArray };
  readonly candidates: readonly GoldenCandidate[];
  readonly final: {
    readonly semantic: GoldenArray;
    readonly semantic05: GoldenArray;
    readonly semanticEinsum: GoldenArray;
    readonly humans: PaintedGolden;
    readonly parts: PaintedGolden;
  };
}

export interface SemanticCase {
  readonly image: 'photo' | 'portrait';
  readonly input: GoldenArray & { readonly resized?: GoldenArray; readonly warped?: GoldenArray };
  readonly output: Readonly<Record<string, GoldenArray>>;
  readonly useOutputIndex?: number;
  readonly final: GoldenArray;
}

interface ParsingFixture<Case> {
  readonly file: string;
  readonly outputs: readonly { readonly name: string }[];
  readonly tolerances: {
    readonly input: { readonly maxAbs: number; readonly meanAbs: number };
    readonly output: { readonly maxAbs: number };
    readonly final: { readonly mismatch: number; readonly score: number };
    readonly endToEnd: { readonly mismatch: number; readonly score: number };
  };
  readonly cases: readonly Case[];
}

export interface ParsingFixtures {
  readonly pixels: Readonly<
    Record<'photo' | 'portrait', { readonly file: string; readonly shape: readonly number[] }>
  >;
  readonly models: {
    readonly 'segformer-clothes-tiny': ParsingFixture<SemanticCase>;
    readonly 'schp-atr-tiny': ParsingFixture<SemanticCase>;
    readonly 'schp-lip-tiny': ParsingFixture<SemanticCase>;
    readonly 'm2fp-tiny': ParsingFixture<QueryCase>;
  };
}

export function readParsingFixtures(): ParsingFixtures {
  return readFixtureJson('manifest.json') as ParsingFixtures;
}

/** The published contracts, which the tiny models keep. */
export const FIXTURE_MANIFESTS: Readonly<Record<keyof ParsingFixtures['models'], ModelManifest>> = {
  'segformer-clothes-tiny': SEGFORMER_B0_CLOTHES,
  'schp-atr-tiny': SCHP_ATR,
  'schp-lip-tiny': SCHP_LIP,
  'm2fp-tiny': M2FP_MULTI,
};

export function readGoldenPicture(fixtures: ParsingFixtures, image: 'photo' | 'portrait'): DecodedImage {
  const { file, shape } = fixtures.pixels[image];
  return toDecodedImage(readFixtureBytes(file), shape[1]!, shape[0]!);
}

/** RGB or RGBA bytes as a decoded picture. */
export function toDecodedImage(pixels: Uint8Array, widthPx: number, heightPx: number): DecodedImage {
  const area = widthPx * heightPx;
  const channels = pixels.length / area;
  const pixelsRgba = new Uint8Array(area * 4).fill(255);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) pixelsRgba[i * 4 + c] = pixels[i * channels + c]!;
  }
  return { widthPx, heightPx, pixelsRgba };
}

export function openFixtureSession(file: string): Promise<Session> {
  return createOrtSession({ graph: readFixtureBytes(file), externalData: [] }, 1);
}

export function createParsingRequest(
  model: ModelManifest,
  options: Partial<PipelineRequest['options']> = {},
): PipelineRequest {
  return {
    pipeline: 'human-parsing',
    model,
    variant: model.variants[0]!.id,
    options: { detailPx: model.input.detail.defaultPx, maxLongSidePx: null, ...options },
  };
}

/** Share of places where two label maps differ. */
export function measureMismatch(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} against ${expected.length} labels`);
  let different = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] !== expected[i]) different += 1;
  return different / actual.length;
}
