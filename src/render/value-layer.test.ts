import { expect, test } from 'vitest';
import { createValueLayer } from './value-layer.ts';

const camera = { centerX: 0.5, centerY: 0.5, scale: 2 };

test('the first draw of a camera keeps nothing, the second keeps the values, the others take them', () => {
  const layer = createValueLayer();
  const uses = [1, 2, 3, 4].map(() => layer.next(camera, 300, 200));
  expect(uses).toEqual(['without', 'fill', 'reuse', 'reuse']);
});

test('a camera that moves never pays for values to keep', () => {
  const layer = createValueLayer();
  const uses = [1, 2, 3].map((scale) => layer.next({ ...camera, scale }, 300, 200));
  expect(uses).toEqual(['without', 'without', 'without']);
});

test('another size of the viewport begins anew', () => {
  const layer = createValueLayer();
  layer.next(camera, 300, 200);
  layer.next(camera, 300, 200);
  expect([1, 2].map(() => layer.next(camera, 301, 200))).toEqual(['without', 'fill']);
  expect(layer.next(camera, 300, 200)).toBe('without');
});

test('after another source was set the kept values are not taken', () => {
  const layer = createValueLayer();
  for (let draw = 0; draw < 3; draw++) layer.next(camera, 300, 200);
  layer.forget();
  expect([1, 2].map(() => layer.next(camera, 300, 200))).toEqual(['without', 'fill']);
});
