/** How long a photo takes with a model on this device: measured where it ran here, else estimated from another one. Pure. */
import { sumSizeBytes } from '../engine/models/choose-variant.ts';
import type { ModelManifest, ModelVariant } from '../engine/models/manifest.ts';

/** Bytes per parameter in published exports (quantised ones keep some parts in full precision). */
const BYTES_PER_PARAMETER: Readonly<Record<ModelVariant['weights'], number>> = {
  fp32: 4,
  fp16: 2,
  int8: 1.1,
  uint8: 1.1,
  q4: 1.1,
  q4f16: 0.77,
};

/** A usual photo. */
const PHOTO_RATIO = 4 / 3;

function networkPixels({ input }: ModelManifest): number {
  const { size, detail } = input;
  const side = detail.defaultPx;
  switch (size.rule) {
    case 'fixed':
    case 'fit-centered':
      return size.widthPx * size.heightPx;
    case 'long-side':
      return (side * side) / PHOTO_RATIO;
    case 'closest-scale':
    case 'short-side-padded':
      return side * side * PHOTO_RATIO;
    case 'affine-square':
      return side * side;
  }
}

/** Parameters x pixels: what transformers and convolutions alike do roughly in proportion to. No unit; for ratios only. */
export function estimateWork(manifest: ModelManifest, variant: ModelVariant): number {
  return (sumSizeBytes(variant) / BYTES_PER_PARAMETER[variant.weights]) * networkPixels(manifest);
}

export interface SpeedSample {
  readonly modelId: string;
  readonly photoMs: number;
  readonly work: number;
}

export type Speed =
  { readonly kind: 'measured' | 'estimated'; readonly photoMs: number } | { readonly kind: 'unknown' };

/** Estimates go from the measured model whose work is nearest. */
export function speedOf(
  manifest: ModelManifest,
  variant: ModelVariant,
  samples: readonly SpeedSample[],
): Speed {
  const own = samples.find(({ modelId }) => modelId === manifest.id);
  if (own !== undefined) return { kind: 'measured', photoMs: own.photoMs };
  const work = estimateWork(manifest, variant);
  const distance = (sample: SpeedSample) => Math.abs(Math.log(sample.work / work));
  const [nearest] = [...samples].sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) return { kind: 'unknown' };
  return { kind: 'estimated', photoMs: (nearest.photoMs * work) / nearest.work };
}
