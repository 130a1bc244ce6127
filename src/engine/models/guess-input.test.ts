import { expect, test } from 'vitest';
import { guessInput } from './guess-input.ts';
import type { OutputGuess } from './guess-output.ts';
import { findImageInput } from './image-input.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

const DEPTH: OutputGuess = {
  family: null,
  output: { kind: 'disparity', name: 'depth', upsample: { filter: 'bicubic' } },
  published: null,
  reasons: [],
};

function inspectInput(
  heightPx: number | null,
  widthPx: number | null,
  operators: readonly string[] = [],
): OnnxInspection {
  return {
    inputs: [{ name: 'image', type: 'float32', shape: [1, 3, heightPx, widthPx] }],
    outputs: [],
    opset: 17,
    producer: 'test',
    externalDataFiles: [],
    firstOperators: { image: operators },
    nodeCount: 1,
  };
}

function guess(inspection: OnnxInspection, output: Partial<OutputGuess> = {}) {
  return guessInput(inspection, findImageInput(inspection), { ...DEPTH, ...output });
}

test('a side that is fixed fixes the other one', () => {
  const { input, reasons } = guess(inspectInput(null, 320));
  expect(input.size).toEqual({ rule: 'fixed', widthPx: 320, heightPx: 320 });
  expect(input.detail).toEqual({ defaultPx: 320, minPx: 320, maxPx: 320, stepPx: 1 });
  expect(reasons).toContainEqual({ code: 'size-fixed', details: { widthPx: 320, heightPx: 320 } });
});

test('where both sides are dynamic the step is that of the family', () => {
  const plain = guess(inspectInput(null, null));
  expect(plain.input.size).toEqual({ rule: 'closest-scale', multipleOf: 32 });
  const vit = guess(inspectInput(null, null), { family: 'depth-anything' });
  expect(vit.input.size).toEqual({ rule: 'closest-scale', multipleOf: 14 });
  expect(vit.input.detail).toEqual({ defaultPx: 518, minPx: 252, maxPx: 1022, stepPx: 14 });
});

test('arithmetic right behind the input takes the place of mean and deviation', () => {
  const inside = guess(inspectInput(256, 256, ['Sub', 'Div']));
  expect(inside.input).toMatchObject({ mean: null, std: null });
  expect(inside.reasons[0]).toEqual({ code: 'normalisation-in-graph', details: { operator: 'Sub' } });
  const outside = guess(inspectInput(256, 256, ['Conv']), { family: 'dpt' });
  expect(outside.input).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
});

test('SCHP sees blue first', () => {
  const { input, reasons } = guess(inspectInput(473, 473), { family: 'schp' });
  expect(input).toMatchObject({ channelOrder: 'BGR', mean: [0.406, 0.456, 0.485] });
  expect(input.detail.defaultPx).toBe(473);
  expect(reasons).toEqual([{ code: 'channels-swapped', details: {} }]);
});
