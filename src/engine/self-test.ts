/**
 * The golden self-test: a fixed picture through a session, compared with stored or computed values. WebGPU can be
 * wrong without any exception (onnxruntime #18311, #32627), so a provider is trusted with a model only after this.
 */
import { EngineError } from './errors.ts';
import type { SizePx } from './image/input-size.ts';
import { normalizeToNchw } from './image/normalize.ts';
import type { ModelManifest, SizeRule } from './models/manifest.ts';
import { resolveLogitsName } from './parsing/outputs.ts';
import { takeOutput } from './pipelines/contract.ts';
import type { SessionOutputs } from './pipelines/pipeline.ts';
import type { Session } from './platform.ts';
import { matchInputTypes, toFloat32 } from './tensor.ts';

/** Smallest useful side: WebGPU under a software adapter takes seconds at 64 pixels, minutes at full size. */
const SELF_TEST_SIDE_PX = 64;

/** Least correlation with the reference where the manifest names none: a right provider is above 0.9999 even in fp16. */
const MIN_CORRELATION = 0.99;

export interface SelfTestReport {
  /** The outputs that results are made of, one after the other, row-major: what another provider is compared with. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Null where there was no reference. */
  readonly verdict: SelfTestVerdict | null;
}

export interface SelfTestVerdict {
  readonly passed: boolean;
  /** Mean |value - reference| over the reference's standard deviation. */
  readonly meanRelativeError: number;
  /** Pearson's, in [-1, 1]. */
  readonly correlation: number;
  /** What `meanRelativeError` may be. */
  readonly tolerance: number;
}

/** Network input size of the self-test: the model's own where it is fixed, else the first multiple from 64 pixels up. */
export function resolveSelfTestSize(rule: SizeRule, defaultPx: number): SizePx {
  switch (rule.rule) {
    case 'fixed':
    case 'fit-centered':
      return { widthPx: rule.widthPx, heightPx: rule.heightPx };
    case 'affine-square':
      return { widthPx: defaultPx, heightPx: defaultPx };
    default: {
      const sidePx = Math.ceil(SELF_TEST_SIDE_PX / rule.multipleOf) * rule.multipleOf;
      return { widthPx: sidePx, heightPx: sidePx };
    }
  }
}

/**
 * A scene of ground, sky and three blocks in integer arithmetic, the same in every runtime: RGB interleaved.
 * Gradients, edges and a fine texture, so that a wrong kernel anywhere shows in the output.
 */
export function createSelfTestPicture({ widthPx, heightPx }: SizePx): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const u = Math.floor((x * 256) / widthPx);
      const v = Math.floor((y * 256) / heightPx);
      const texture = ((x * 31 + y * 17) % 7) * 4;
      let pixel = v < 100 ? [120 + (v >> 1), 160 + (v >> 2), 230] : [v, 90 + (v >> 2), 40 + (u >> 3)];
      if (u > 30 && u < 90 && v > 60 && v < 190) pixel = [170, 60 + (v >> 1), 50];
      if (u > 120 && u < 160 && v > 80 && v < 140) pixel = [60, 80, 90 + (u >> 1)];
      if (u > 170 && u < 240 && v > 120 && v < 235) pixel = [210, 200, 90];
      const at = (y * widthPx + x) * 3;
      for (let channel = 0; channel < 3; channel++)
        rgb[at + channel] = Math.min(255, pixel[channel]! + texture);
    }
  }
  return rgb;
}

/** Names of the outputs that results are made of. */
function outputNames(
  { output }: ModelManifest,
  outputs: SessionOutputs,
  session: Session,
): readonly string[] {
  switch (output.kind) {
    case 'mask2former':
      // Right masks of the wrong classes are as wrong as wrong masks.
      return [output.masksName, output.logitsName];
    case 'semantic-labels':
      return [
        resolveLogitsName(
          outputs,
          output,
          session.outputs.map(({ name }) => name),
        ),
      ];
    default:
      return [output.name];
  }
}

/** Compares two outputs of equal length; NaN anywhere, or a flat output against a varied reference, fails. */
export function compareOutputs(
  values: Float32Array,
  reference: Float32Array,
  tolerance: number,
  minCorrelation = MIN_CORRELATION,
): SelfTestVerdict {
  if (values.length !== reference.length) {
    throw new EngineError(
      'REQUEST_INVALID',
      `Self-test reference has ${reference.length} values, the output ${values.length}`,
    );
  }
  const count = values.length;
  let meanValue = 0;
  let meanReference = 0;
  for (let i = 0; i < count; i++) {
    meanValue += values[i]! / count;
    meanReference += reference[i]! / count;
  }
  let covariance = 0;
  let varianceValue = 0;
  let varianceReference = 0;
  let absoluteError = 0;
  for (let i = 0; i < count; i++) {
    const a = values[i]! - meanValue;
    const b = reference[i]! - meanReference;
    covariance += a * b;
    varianceValue += a * a;
    varianceReference += b * b;
    absoluteError += Math.abs(values[i]! - reference[i]!);
  }
  const deviation = Math.sqrt(varianceReference / count);
  const meanRelativeError = absoluteError / count / Math.max(deviation, 1e-12);
  const scale = Math.sqrt(varianceValue * varianceReference);
  const correlation = scale > 0 ? covariance / scale : 0;
  // Written so that NaN fails.
  const passed = meanRelativeError <= tolerance && correlation >= minCorrelation;
  return { passed, meanRelativeError, correlation, tolerance };
}

/**
 * The worse of the verdicts of all parts, each measured by its own spread: a small output would else not be heard
 * beside a large one. `lengths`: of the parts, in order.
 */
export function compareParts(
  values: Float32Array,
  reference: Float32Array,
  lengths: readonly number[],
  tolerance: number,
  minCorrelation = MIN_CORRELATION,
): SelfTestVerdict {
  const compare = (from: number, to: number): SelfTestVerdict =>
    compareOutputs(values.subarray(from, to), reference.subarray(from, to), tolerance, minCorrelation);
  let worst = compare(0, lengths[0] ?? values.length);
  let from = lengths[0] ?? 0;
  for (const length of lengths.slice(1)) {
    const to = from + length;
    const verdict = compare(from, to);
    worst = {
      passed: worst.passed && verdict.passed,
      // NaN stays.
      meanRelativeError: Math.max(worst.meanRelativeError, verdict.meanRelativeError),
      correlation: Math.min(worst.correlation, verdict.correlation),
      tolerance,
    };
    from = to;
  }
  if (from !== reference.length) {
    throw new EngineError(
      'REQUEST_INVALID',
      `Self-test reference has ${reference.length} values, the outputs ${from}`,
    );
  }
  return worst;
}

/**
 * Runs the picture once. Without `reference` the report carries the values only, for comparing another provider.
 * `tolerance` is `model.tolerance.gpu` or `.wasm`. Throws what `session.run` throws.
 */
export async function runSelfTest(
  session: Session,
  model: ModelManifest,
  reference: Float32Array | null,
  tolerance: number,
): Promise<SelfTestReport> {
  const size = resolveSelfTestSize(model.input.size, model.input.detail.defaultPx);
  const geometry = { network: size, content: size };
  const input = normalizeToNchw(createSelfTestPicture(size), geometry, model.input);
  const outputs = await session.run(matchInputTypes({ [model.input.name]: input }, session));
  const parts = outputNames(model, outputs, session).map((name) =>
    toFloat32(takeOutput(outputs, name), name),
  );
  const lengths = parts.map(({ length }) => length);
  const values = new Float32Array(lengths.reduce((total, length) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  const { correlation } = model.tolerance;
  const verdict =
    reference === null ? null : compareParts(values, reference, lengths, tolerance, correlation);
  return { values, verdict };
}
