import { expect, it } from 'vitest';
import { normalizeToNchw } from './normalize.ts';

const RGB = new Uint8Array([0, 51, 102, 153, 204, 255]);
const GEOMETRY = { network: { widthPx: 2, heightPx: 1 }, content: { widthPx: 2, heightPx: 1 } };

function values(tensor: { readonly data: ArrayLike<number | bigint> }): number[] {
  return Array.from(tensor.data, (value) => Math.round(Number(value) * 1e5) / 1e5);
}

it('makes planes of 0..1 where mean and std are in the graph', () => {
  const tensor = normalizeToNchw(RGB, GEOMETRY, {
    channelOrder: 'RGB',
    scale: 1 / 255,
    mean: null,
    std: null,
  });
  expect(tensor.dims).toEqual([1, 3, 1, 2]);
  expect(values(tensor)).toEqual([0, 0.6, 0.2, 0.8, 0.4, 1]);
});

it('applies mean and std in the order of the network, which may be BGR', () => {
  const tensor = normalizeToNchw(RGB, GEOMETRY, {
    channelOrder: 'BGR',
    scale: 1 / 255,
    mean: [0.4, 0.2, 0],
    std: [0.5, 1, 2],
  });
  expect(values(tensor)).toEqual([0, 1.2, 0, 0.6, 0, 0.3]);
});

it('leaves padding right and below at 0 after normalising', () => {
  const geometry = { network: { widthPx: 3, heightPx: 2 }, content: { widthPx: 2, heightPx: 1 } };
  const tensor = normalizeToNchw(RGB, geometry, {
    channelOrder: 'RGB',
    scale: 1,
    mean: [1, 1, 1],
    std: [1, 1, 1],
  });
  expect(values(tensor).slice(0, 6)).toEqual([-1, 152, 0, 0, 0, 0]);
});
