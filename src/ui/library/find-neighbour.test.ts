import { expect, test } from 'vitest';
import { createImages } from './create-images.ts';
import { findNeighbour } from './find-neighbour.ts';

const images = createImages(
  ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map((name) => ({ name, blob: new Blob() })),
  1000,
  false,
);
const idOf = (index: number) => images[index]?.id ?? '';
const neighbourOf = (index: number, goneIndices: readonly number[]) =>
  findNeighbour(images, idOf(index), new Set(goneIndices.map(idOf)))?.name;

test('the next picture that stays is shown, else the one before, else none', () => {
  expect(neighbourOf(1, [1])).toBe('c.jpg');
  expect(neighbourOf(1, [1, 2])).toBe('d.jpg');
  expect(neighbourOf(3, [3])).toBe('c.jpg');
  expect(neighbourOf(2, [1, 2, 3])).toBe('a.jpg');
  expect(neighbourOf(0, [0, 1, 2, 3])).toBeUndefined();
});

test('pictures of one import keep the order of their files by their times', () => {
  const times = images.map(({ addedAtMs }) => addedAtMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(times).size).toBe(4);
  expect(new Set(images.map(({ id }) => id)).size).toBe(4);
  expect(times[0]).toBe(1000);
});
