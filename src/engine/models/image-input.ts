/** The input that takes the picture. */
import type { TensorInfo } from '../platform.ts';
import { createMismatch, describeTensor } from './contract-mismatch.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

export interface ImageInput {
  readonly info: TensorInfo;
  /** null: dynamic. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

const EXPECTED_INPUT = 'one float32 input of 1 x 3 x height x width';

/** The one picture input. Throws MODEL_CONTRACT_MISMATCH. */
export function findImageInput(inspection: OnnxInspection): ImageInput {
  const [info, ...others] = inspection.inputs;
  if (info === undefined) throw createMismatch('The model has no input', 'none', EXPECTED_INPUT);
  const found = inspection.inputs.map(describeTensor).join(', ');
  if (others.length > 0) throw createMismatch('The model wants more than a picture', found, EXPECTED_INPUT);
  if (info.type !== 'float32') {
    throw createMismatch(`The model's input is ${info.type}, not a float32 picture`, found, EXPECTED_INPUT);
  }
  if (info.shape.length !== 4) {
    throw createMismatch(`The model's input has ${info.shape.length} axes, not 4`, found, EXPECTED_INPUT);
  }
  const [batch, channels, height, width] = info.shape;
  if (typeof batch === 'number' && batch !== 1) {
    throw createMismatch(`The model wants ${batch} pictures at a time`, found, EXPECTED_INPUT);
  }
  if (typeof channels === 'number' && channels !== 3) {
    throw createMismatch(
      `The model wants ${channels} channels, not 3 (red, green, blue)`,
      found,
      EXPECTED_INPUT,
    );
  }
  return {
    info,
    widthPx: typeof width === 'number' && width > 0 ? width : null,
    heightPx: typeof height === 'number' && height > 0 ? height : null,
  };
}
