import { expect, test } from 'vitest';
import type { PictureSize } from '../view-geometry.ts';
import { createPhotoPool } from './photo-pool.ts';

const SMALL = { widthPx: 4, heightPx: 3 };
const LARGE = { widthPx: 8, heightPx: 6 };

interface Photo extends PictureSize {
  readonly name: number;
}

function createPool() {
  const destroyed: number[] = [];
  let count = 0;
  const pool = createPhotoPool<Photo>(
    (size) => ({ ...size, name: (count += 1) }),
    ({ name }) => destroyed.push(name),
  );
  return { pool, destroyed };
}

test('a photo that nobody uses is taken again, one in use is not', () => {
  const { pool, destroyed } = createPool();
  const shown = pool.take(SMALL, []);
  const underWay = pool.take(SMALL, [shown, null]);
  expect(underWay).not.toBe(shown);
  expect(pool.take(SMALL, [underWay, null])).toBe(shown);
  expect(destroyed).toEqual([]);
});

test('after another size of frames photos of the old size are destroyed as soon as nobody uses them', () => {
  const { pool, destroyed } = createPool();
  const old = pool.take(SMALL, []);
  const first = pool.take(LARGE, [old]);
  expect(destroyed).toEqual([]);
  const second = pool.take(LARGE, [first]);
  expect(destroyed).toEqual([old.name]);
  expect(second).not.toBe(first);
});

test('at the end all are destroyed, those in use too', () => {
  const { pool, destroyed } = createPool();
  const shown = pool.take(SMALL, []);
  const other = pool.take(SMALL, [shown]);
  pool.dispose();
  expect(destroyed).toEqual([shown.name, other.name]);
});
