import { describe, expect, it } from 'vitest';
import { openChunkReader } from './chunk-reader.ts';

const BYTES = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);

/** `bytes`: as a response's body is, which can be read into a given buffer; `default`: as scripts make them. */
function createBody(type: 'bytes' | 'default'): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  const next = () => BYTES.slice(offset, (offset += 700_000));
  if (type === 'default') {
    return new ReadableStream({
      pull: (controller) => (offset < BYTES.length ? controller.enqueue(next()) : controller.close()),
    });
  }
  return new ReadableStream({
    type,
    pull(controller) {
      if (offset < BYTES.length) {
        controller.enqueue(next());
        return;
      }
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

describe('chunk reader', () => {
  it.each(['bytes', 'default'] as const)('reads every byte in order (%s)', async (type) => {
    const reader = openChunkReader(createBody(type));
    const parts: number[] = [];
    for (let chunk = await reader.read(); chunk !== null; chunk = await reader.read()) {
      // Valid until the next call: what is kept is copied.
      for (const byte of chunk) parts.push(byte);
    }
    expect(parts.length).toBe(BYTES.length);
    expect(parts.every((byte, index) => byte === BYTES[index])).toBe(true);
  });

  it('uses one buffer for all chunks of a byte stream', async () => {
    const reader = openChunkReader(createBody('bytes'));
    const sizes = new Set<number>();
    for (let chunk = await reader.read(); chunk !== null; chunk = await reader.read()) {
      sizes.add(chunk.buffer.byteLength);
    }
    expect([...sizes]).toEqual([1024 * 1024]);
  });

  it('can be given up in the middle', async () => {
    const reader = openChunkReader(createBody('bytes'));
    expect((await reader.read())?.length).toBeGreaterThan(0);
    await expect(reader.cancel()).resolves.toBeUndefined();
  });
});
