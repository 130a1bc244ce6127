/** Reads a body chunk by chunk, into one buffer again and again where the browser can: a download of gigabytes then leaves no garbage. */
const CHUNK_BYTES = 1024 * 1024;

export interface ChunkReader {
  /** The next bytes, valid until the next call; null at the end. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  cancel(): Promise<void>;
}

function openByteReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    // Not a byte stream: older browsers, and bodies that scripts made.
    return null;
  }
}

export function openChunkReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ChunkReader {
  const byteReader = openByteReader(body);
  if (byteReader === null) {
    const reader = body.getReader();
    return {
      read: async () => (await reader.read()).value ?? null,
      cancel: () => reader.cancel(),
    };
  }
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  return {
    async read() {
      // The buffer goes to the browser and comes back with the bytes.
      const { done, value } = await byteReader.read(new Uint8Array(buffer));
      if (done || value === undefined) return null;
      buffer = value.buffer;
      return value;
    },
    cancel: () => byteReader.cancel(),
  };
}
