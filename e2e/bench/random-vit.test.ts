import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { makeRandomVit, makeSplitVit } from './random-vit.ts';

it('gives a model that the runtime loads, with one value per pixel that depends on the picture', async () => {
  const session = await InferenceSession.create(
    makeRandomVit({ blocks: 2, width: 12, heads: 3, headConvolutions: 1 }),
  );
  const run = async (level: number) => {
    const pixels = Float32Array.from({ length: 3 * 28 * 42 }, (_, at) => level * Math.sin(at));
    const output = await session.run({ pixel_values: new Tensor('float32', pixels, [1, 3, 28, 42]) });
    return output.predicted_depth;
  };
  const map = await run(1);
  expect(map?.dims).toEqual([1, 28, 42]);
  const values = map?.data as Float32Array;
  expect(values.every(Number.isFinite)).toBe(true);
  expect(new Set(values).size).toBeGreaterThan(100);
  expect((await run(0.5))?.data).not.toEqual(values);
});

it('gives the same model with its weights in a second file', async () => {
  const size = { blocks: 1, width: 32, heads: 2, headConvolutions: 1 };
  const { graph, data } = makeSplitVit(size, 'weights.bin');
  expect(graph.length).toBeLessThan(data.length / 3);
  const feeds = {
    pixel_values: new Tensor('float32', new Float32Array(3 * 28 * 28).fill(0.3), [1, 3, 28, 28]),
  };
  const whole = await InferenceSession.create(makeRandomVit(size));
  const split = await InferenceSession.create(graph, { externalData: [{ path: 'weights.bin', data }] });
  expect((await split.run(feeds)).predicted_depth?.data).toEqual(
    (await whole.run(feeds)).predicted_depth?.data,
  );
});
