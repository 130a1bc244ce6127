import type { PipelineRequest } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { SizePx } from '../image/input-size.ts';
import type { OutputSpec } from '../models/manifest.ts';
import type { TensorData } from '../platform.ts';
import { toFloat32 } from '../tensor.ts';
import { checkImageInput, checkOutput, createContractError, takeOutput } from './contract.ts';
import type { Pipeline, PipelineResult, PreparedInput, SessionOutputs } from './pipeline.ts';
import { preparePicture } from './prepare-picture.ts';

type DepthOutputSpec = Extract<OutputSpec, { kind: 'disparity' | 'metric-depth' }>;

function requireDepthOutput(output: OutputSpec): DepthOutputSpec {
  if (output.kind === 'disparity' || output.kind === 'metric-depth') return output;
  throw createContractError('Output kind of a depth model', output.kind, 'disparity or metric-depth');
}

/** Height and width of [H, W], [1, H, W] or [1, 1, H, W]. */
function readMapSize(tensor: TensorData, name: string): SizePx {
  const { dims } = tensor;
  const [heightPx, widthPx] = dims.slice(-2);
  const isOneMap = dims.length >= 2 && dims.length <= 4 && dims.slice(0, -2).every((axis) => axis === 1);
  if (!isOneMap || !heightPx || !widthPx || heightPx * widthPx !== tensor.data.length) {
    throw createContractError(
      `Shape of model output ${name}`,
      `[${dims.join(', ')}]`,
      '[1, height, width] or [1, 1, height, width]',
    );
  }
  return { widthPx, heightPx };
}

/** The part of the map that shows the picture, where the size rule padded right and below. */
function cropToContent(
  values: Float32Array<ArrayBuffer>,
  size: SizePx,
  { network, content }: PreparedInput['geometry'],
): SizePx & { readonly values: Float32Array<ArrayBuffer> } {
  const widthPx = Math.max(1, Math.round((size.widthPx * content.widthPx) / network.widthPx));
  const heightPx = Math.max(1, Math.round((size.heightPx * content.heightPx) / network.heightPx));
  if (widthPx === size.widthPx && heightPx === size.heightPx) return { ...size, values };
  const cropped = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    cropped.set(values.subarray(y * size.widthPx, y * size.widthPx + widthPx), y * widthPx);
  }
  return { widthPx, heightPx, values: cropped };
}

/** One pass over the map: no NaN, no infinity, and flat only where the picture is. */
function checkMap(values: Float32Array, name: string, isFlatAllowed: boolean): void {
  let low = Infinity;
  let high = -Infinity;
  let invalidCount = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // NaN - NaN and Infinity - Infinity are NaN, which equals nothing.
    if (value - value !== 0) invalidCount += 1;
    else if (value < low) low = value;
    if (value > high) high = value;
  }
  if (invalidCount > 0) {
    throw new EngineError(
      'MODEL_OUTPUT_INVALID',
      `Model output ${name}: ${invalidCount} of ${values.length} values are not finite`,
      { details: { output: name, reason: 'not-finite', invalidCount, totalCount: values.length } },
    );
  }
  if (!(low < high) && !isFlatAllowed && values.length > 1) {
    throw new EngineError(
      'MODEL_OUTPUT_INVALID',
      `Model output ${name} is ${low} everywhere, though the picture is not one colour`,
      { details: { output: name, reason: 'constant', value: low } },
    );
  }
}

function readFocalLengthPx(
  outputs: SessionOutputs,
  name: string | null,
  input: PreparedInput,
): number | null {
  if (name === null) return null;
  const value = toFloat32(takeOutput(outputs, name), name)[0] ?? NaN;
  if (!Number.isFinite(value) || value <= 0) {
    throw new EngineError(
      'MODEL_OUTPUT_INVALID',
      `Model output ${name} is ${value}, expected a focal length > 0`,
      {
        details: { output: name, reason: 'focal-length' },
      },
    );
  }
  // The model measures in network pixels of a stretched picture; the horizontal stretch is the one that counts.
  return (value * input.sourceWidthPx) / input.geometry.content.widthPx;
}

function postprocess(
  outputs: SessionOutputs,
  input: PreparedInput,
  request: PipelineRequest,
): PipelineResult {
  const spec = requireDepthOutput(request.model.output);
  const tensor = takeOutput(outputs, spec.name);
  const size = readMapSize(tensor, spec.name);
  const map = cropToContent(toFloat32(tensor, spec.name), size, input.geometry);
  checkMap(map.values, spec.name, input.isFlat);
  const base = {
    pipeline: request.pipeline,
    widthPx: map.widthPx,
    heightPx: map.heightPx,
    sourceWidthPx: input.sourceWidthPx,
    sourceHeightPx: input.sourceHeightPx,
  } as const;
  if (spec.kind === 'disparity') return { ...base, kind: 'disparity', disparity: map.values };
  const focalLengthPx = readFocalLengthPx(outputs, spec.focalLengthName, input);
  return { ...base, kind: 'metric-depth', depthM: map.values, focalLengthPx };
}

/** Relative disparity or metric depth, float32, at the network's output size: not normalised, not upsampled. */
export const DEPTH_ESTIMATION: Pipeline = {
  id: 'depth-estimation',
  checkSession(session, model) {
    const output = requireDepthOutput(model.output);
    checkImageInput(session, model.input);
    checkOutput(session, output.name, [2, 3, 4]);
    if (output.kind === 'metric-depth' && output.focalLengthName !== null) {
      checkOutput(session, output.focalLengthName, [1, 2, 3, 4]);
    }
  },
  prepare: preparePicture,
  postprocess,
};
