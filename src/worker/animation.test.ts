import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isAnimated } from './animation.ts';

const fixture = (name: string) => readFile(new URL(`../../e2e/fixtures/images/${name}`, import.meta.url));

function chunk(type: string, length: number): number[] {
  return [0, 0, 0, length, ...Buffer.from(type), ...new Array<number>(length + 4).fill(0)];
}

const png = (...chunks: number[][]) =>
  Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...chunks.flat());

test('a GIF with a second frame moves', async () => {
  const gif = await fixture('anim.gif');
  expect(isAnimated(gif, 'gif')).toBe(true);
  // Cut behind its first frame it has only one: a trailer instead of the next block.
  const secondFrame = gif.indexOf(Buffer.from([0, 0x21, 0xf9, 4]), 900);
  const still = Uint8Array.from([...gif.subarray(0, secondFrame + 1), 0x3b]);
  expect(isAnimated(still, 'gif')).toBe(false);
});

test('a PNG moves when its animation chunk comes before the pixels', () => {
  expect(isAnimated(png(chunk('IHDR', 13), chunk('acTL', 8), chunk('IDAT', 1)), 'png')).toBe(true);
  expect(isAnimated(png(chunk('IHDR', 13), chunk('IDAT', 1), chunk('acTL', 8)), 'png')).toBe(false);
});

test('a WebP moves when its extended header says so', () => {
  const webp = (flags: number) =>
    Uint8Array.of(...Buffer.from('RIFF\0\0\0\0WEBPVP8X\n\0\0\0'), flags, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  expect(isAnimated(webp(0x12), 'webp')).toBe(true);
  expect(isAnimated(webp(0x10), 'webp')).toBe(false);
});

test('still pictures do not move', async () => {
  expect(isAnimated(await fixture('photo.webp'), 'webp')).toBe(false);
  expect(isAnimated(await fixture('alpha.png'), 'png')).toBe(false);
  expect(isAnimated(await fixture('photo.avif'), 'avif')).toBe(false);
  expect(isAnimated(await fixture('photo-640x480.jpg'), 'jpeg')).toBe(false);
});

test('a file that is cut anywhere ends the search', async () => {
  const gif = await fixture('anim.gif');
  for (let length = 13; length < 2000; length += 7) {
    expect(typeof isAnimated(gif.subarray(0, length), 'gif')).toBe('boolean');
  }
});
