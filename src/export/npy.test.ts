import { expect, test } from 'vitest';
import { encodeNpy } from './npy.ts';

test('the bytes are those that numpy.save writes', async () => {
  const bytes = new Uint8Array(
    await encodeNpy(Float32Array.of(1, -2.5, 3, 0, 0.25, 6), [2, 3]).arrayBuffer(),
  );
  expect([...bytes.slice(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  const header = new TextDecoder().decode(bytes.slice(10, 128));
  expect(header).toBe(`${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`);
  const view = new DataView(bytes.buffer, 128);
  expect([0, 1, 2, 3, 4, 5].map((i) => view.getFloat32(i * 4, true))).toEqual([1, -2.5, 3, 0, 0.25, 6]);
  expect(bytes).toHaveLength(128 + 24);
});

test('a shape of one axis is a Python tuple', async () => {
  expect(await encodeNpy(Float32Array.of(1), [1]).text()).toContain("'shape': (1,), }");
});

test('values that do not fill the shape are refused', () => {
  expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow('5 values do not fill the shape 2 x 3');
});
