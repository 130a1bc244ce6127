/** CRC-32 as PNG and ZIP want it (ISO 3309, reflected polynomial 0xEDB88320). */

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const START = 0xffffffff;

function update(crc: number, chunk: Uint8Array): number {
  let next = crc;
  for (let i = 0; i < chunk.length; i++) next = TABLE[(next ^ chunk[i]!) & 0xff]! ^ (next >>> 8);
  return next;
}

function finish(crc: number): number {
  return (crc ^ START) >>> 0;
}

/** Unsigned 32 bits over all chunks, as if they were one. */
export function crc32(...chunks: readonly Uint8Array[]): number {
  return finish(chunks.reduce(update, START));
}

/** Of a file that need not fit into memory. Rejects when it cannot be read. */
export async function crc32OfBlob(blob: Blob): Promise<number> {
  const reader = blob.stream().getReader();
  let crc = START;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return finish(crc);
    crc = update(crc, value);
  }
}
