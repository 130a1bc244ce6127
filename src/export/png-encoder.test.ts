import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';
import { createPngEncoder, type PngColor } from './png-encoder.ts';

function createSamples(length: number, color: PngColor): Uint8Array | Uint16Array {
  // Smooth with some noise, so that every filter is best somewhere.
  const at = (i: number) => Math.floor((Math.sin(i / 97) + 1) * 100 + ((i * 7919) % 31));
  return color === 'grey16'
    ? Uint16Array.from({ length }, (_, i) => at(i) * 251)
    : Uint8Array.from({ length }, (_, i) => at(i));
}

async function decodeBlob(blob: Blob) {
  return decode(new Uint8Array(await blob.arrayBuffer()), { checkCrc: true });
}

test.each([
  ['rgb8', 'best', 3, 8],
  ['rgb8', 'none', 3, 8],
  ['rgba8', 'best', 4, 8],
  ['rgba8', 'up', 4, 8],
  ['grey16', 'best', 1, 16],
  ['grey16', 'none', 1, 16],
  ['grey16', 'up', 1, 16],
] as const)('%s, filter %s: what was encoded is decoded, sample by sample', async (...kind) => {
  const [color, filter, channels, depth] = kind;
  const [width, height] = [123, 77];
  const samples = createSamples(width * height * channels, color);
  const encoder = createPngEncoder(width, height, color, { filter });
  // Bands of uneven heights, the buffer of each overwritten after it was handed over.
  for (let y = 0; y < height;) {
    const rows = Math.min(height - y, 1 + (y % 7));
    const band = samples.slice(y * width * channels, (y + rows) * width * channels);
    await encoder.writeRows(band);
    band.fill(0);
    y += rows;
  }
  const blob = await encoder.finish();
  expect(blob.type).toBe('image/png');
  const decoded = await decodeBlob(blob);
  expect(decoded).toMatchObject({ width, height, channels, depth });
  expect(decoded.data).toEqual(samples);
});

test('one pixel is a picture', async () => {
  const encoder = createPngEncoder(1, 1, 'grey16');
  await encoder.writeRows(Uint16Array.of(0xabcd));
  expect([...(await decodeBlob(await encoder.finish())).data]).toEqual([0xabcd]);
});

test('a smooth picture becomes much smaller than its pixels', async () => {
  const samples = Uint16Array.from(
    { length: 256 * 256 },
    (_, i) => (i % 256) * 200 + Math.floor(i / 256) * 30,
  );
  const encoder = createPngEncoder(256, 256, 'grey16');
  await encoder.writeRows(samples);
  expect((await encoder.finish()).size).toBeLessThan(samples.byteLength / 50);
});

test('too many, too few and broken rows are refused', async () => {
  const encoder = createPngEncoder(4, 2, 'rgb8');
  await expect(encoder.writeRows(new Uint8Array(13))).rejects.toThrow(/whole rows/);
  await expect(encoder.writeRows(new Uint8Array(36))).rejects.toThrow(/too many/);
  await encoder.writeRows(new Uint8Array(12));
  await expect(encoder.finish()).rejects.toThrow('1 of 2 rows');
  await encoder.abort();
});

test('the checksum is that of the PNG specification', () => {
  // The well-known value of an empty IEND chunk, and of the check string.
  expect(crc32(new TextEncoder().encode('IEND'))).toBe(0xae426082);
  expect(crc32(new TextEncoder().encode('1234'), new TextEncoder().encode('56789'))).toBe(0xcbf43926);
});
