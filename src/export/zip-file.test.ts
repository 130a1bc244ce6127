import { expect, test } from 'vitest';
import { composeZip } from './zip-file.ts';

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

const zipOf = (files: Readonly<Record<string, Blob>>) =>
  composeZip(
    Object.entries(files).map(([name, content]) => ({ name, content })),
    NOW,
  );

test('files are found again as they were, names in any script', async () => {
  const file = await zipOf({
    'a.txt': new Blob(['first']),
    '地图/深度.npy': new Blob(['second ', 'in parts']),
    empty: new Blob([]),
  });
  expect(file.type).toBe('application/zip');
  expect(await listZip(file)).toEqual({ 'a.txt': 'first', '地图/深度.npy': 'second in parts', empty: '' });
});

test('a ZIP of nothing is a valid ZIP', async () => {
  expect(await listZip(await zipOf({}))).toEqual({});
});

test('a file that cannot be read fails the ZIP', async () => {
  const broken = {
    size: 3,
    stream: () => new ReadableStream({ start: (controller) => controller.error(new Error('disk gone')) }),
  } as unknown as Blob;
  await expect(composeZip([{ name: 'x', content: broken }], NOW)).rejects.toThrow('disk gone');
});
