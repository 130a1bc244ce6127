import { afterEach, describe, expect, it } from 'vitest';
import { readDirectly } from './read-directly.ts';

const NAME = 'read-directly-test.bin';
const SIZE = 3_000_001;
const expected = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31) % 251);

describe('reading a file of the private file system directly', () => {
  const workers: Worker[] = [];

  async function write(): Promise<FileSystemFileHandle> {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle(NAME, { create: true });
    const writable = await handle.createWritable();
    await writable.write(expected);
    await writable.close();
    return handle;
  }

  function readInWorker(sizeBytes: number): Promise<Uint8Array | null> {
    const worker = new Worker(new URL('./read-directly.cases.worker.ts', import.meta.url), {
      type: 'module',
    });
    workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Uint8Array | null>) => resolve(data));
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
      worker.postMessage({ name: NAME, sizeBytes });
    });
  }

  afterEach(async () => {
    for (const worker of workers.splice(0)) worker.terminate();
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(NAME).catch(() => undefined);
  });

  it('gives every byte, to many workers at once', async () => {
    await write();
    for (const bytes of await Promise.all([SIZE, SIZE, SIZE].map(readInWorker))) {
      expect(bytes?.length).toBe(SIZE);
      expect(bytes?.every((byte, index) => byte === expected[index])).toBe(true);
    }
  });

  it('gives nothing of a file that has another size', async () => {
    await write();
    expect(await readInWorker(SIZE + 1)).toBeNull();
  });

  it('gives nothing on the page, where the file is read in another way', async () => {
    expect(await readDirectly(await write(), SIZE)).toBeNull();
  });
});
