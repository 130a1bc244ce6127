import { expect, test } from 'vitest';
import { crc32, crc32OfBlob } from './crc32.ts';
import { composeZip, layOutZip, type ZippedFile } from './zip-file.ts';

/** Names and stored contents by the central directory (APPNOTE 4.3.12), as unzip reads them. */
async function listZip(zip: Blob): Promise<Record<string, string>> {
  const bytes = new Uint8Array(await zip.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const text = (start: number, length: number) =>
    new TextDecoder().decode(bytes.slice(start, start + length));
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [size, nameLength, extraLength] = [
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
    ];
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    files[text(at + 46, nameLength)] = text(start, size);
    at += 46 + nameLength + extraLength;
  }
  return files;
}

const NOW = new Date(2026, 10, 22, 14, 35, 59);

async function zipOf(files: Readonly<Record<string, Blob>>): Promise<Blob> {
  const zipped: ZippedFile[] = [];
  for (const [name, content] of Object.entries(files)) {
    zipped.push({ name, content, crc32: await crc32OfBlob(content) });
  }
  return composeZip(zipped, NOW);
}

test('files are found again as they were, names in any script', async () => {
  const file = await zipOf({
    'a.txt': new Blob(['first']),
    '地图/深度.npy': new Blob(['second ', 'in parts']),
    empty: new Blob([]),
  });
  expect(file.type).toBe('application/zip');
  expect(await listZip(file)).toEqual({ 'a.txt': 'first', '地图/深度.npy': 'second in parts', empty: '' });
  const view = new DataView(await file.arrayBuffer());
  // Flag 11: UTF-8. The time in steps of two seconds, the date from 1980 on, the checksum of the content.
  expect(view.getUint16(6, true)).toBe(0x0800);
  expect(view.getUint16(10, true)).toBe((14 << 11) | (35 << 5) | 29);
  expect(view.getUint16(12, true)).toBe((46 << 9) | (11 << 5) | 22);
  expect(view.getUint32(14, true)).toBe(crc32(new TextEncoder().encode('first')));
});

test('a ZIP of nothing is a valid ZIP', async () => {
  expect(await listZip(await zipOf({}))).toEqual({});
});

test('what does not fit into 32 bits is written in 64', async () => {
  const sizeBytes = 5 * 1024 ** 3;
  const { heads, tail } = layOutZip(
    [
      { name: 'large', sizeBytes, crc32: 1 },
      { name: 'far', sizeBytes: 10, crc32: 2 },
    ],
    NOW,
  );
  expect(heads.map(({ length }) => length)).toEqual([30 + 'large'.length + 20, 30 + 'far'.length]);
  const start = heads[0]!.length + sizeBytes + heads[1]!.length + 10;
  const view = new DataView(await tail.arrayBuffer());
  const wide = (at: number) => Number(view.getBigUint64(at, true));
  const locator = view.byteLength - 22 - 20;
  expect(view.getUint32(locator, true)).toBe(0x07064b50);
  const end64 = wide(locator + 8) - start;
  expect(view.getUint32(end64, true)).toBe(0x06064b50);
  expect([wide(end64 + 24), wide(end64 + 32), wide(end64 + 48)]).toEqual([2, 2, start]);
  expect(view.getUint32(0, true)).toBe(0x02014b50);
  // Header of 46 bytes, the name, the extra field: its id, its length, both sizes.
  const extra = 46 + 'large'.length;
  expect([view.getUint16(extra, true), view.getUint16(extra + 2, true)]).toEqual([1, 16]);
  expect([wide(extra + 4), wide(extra + 12)]).toEqual([sizeBytes, sizeBytes]);
  const second = extra + 20;
  expect(view.getUint32(second, true)).toBe(0x02014b50);
  expect([view.getUint32(second + 24, true), view.getUint32(second + 42, true)]).toEqual([10, 0xffffffff]);
  expect(wide(second + 46 + 'far'.length + 4)).toBe(heads[0]!.length + sizeBytes);
});

test('more than 65535 files are counted', async () => {
  const files = Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}`, content: new Blob([]), crc32: 0 }));
  const bytes = await composeZip(files, NOW).slice(-98).arrayBuffer();
  const view = new DataView(bytes);
  expect(view.getUint32(0, true)).toBe(0x06064b50);
  expect(view.getBigUint64(24, true)).toBe(70_000n);
  expect(view.getUint16(view.byteLength - 12, true)).toBe(0xffff);
});

test('a file that cannot be read has no checksum', async () => {
  const broken = {
    stream: () => new ReadableStream({ start: (controller) => controller.error(new Error('disk gone')) }),
  } as unknown as Blob;
  await expect(crc32OfBlob(broken)).rejects.toThrow('disk gone');
});
