/** The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), read lazily from a source of bytes. */

/** Random access to bytes; a Blob of a gigabyte is never read whole. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly `length` bytes. Throws RangeError past the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** One field. `start` and `end` bound the payload of length-delimited fields; `value` is the number of varints. */
export interface Field {
  readonly number: number;
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const WINDOW_BYTES = 64 * 1024;

/** Reads through a window, so that neighbouring fields share one read. `readRange`: the bytes from `start` to before `end`. */
export function createWindowSource(
  sizeBytes: number,
  readRange: (start: number, end: number) => Promise<Uint8Array> | Uint8Array,
): ByteSource {
  let windowStart = 0;
  let window = new Uint8Array(0);
  return {
    sizeBytes,
    async read(offset, length) {
      if (offset + length > sizeBytes) throw new RangeError(`byte ${offset + length} of ${sizeBytes}`);
      if (offset < windowStart || offset + length > windowStart + window.length) {
        const end = Math.min(sizeBytes, offset + Math.max(length, WINDOW_BYTES));
        window = new Uint8Array(await readRange(offset, end));
        windowStart = offset;
      }
      return window.subarray(offset - windowStart, offset - windowStart + length);
    },
  };
}

export function createBlobSource(blob: Blob): ByteSource {
  return createWindowSource(
    blob.size,
    async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  );
}

/** Bytes that are already in memory. */
export function createArraySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read(offset, length) {
      if (offset + length > bytes.length) {
        return Promise.reject(new RangeError(`byte ${offset + length} of ${bytes.length}`));
      }
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}

const MAX_VARINT_BYTES = 10;

interface Varint {
  readonly value: number;
  readonly next: number;
}

/** Negative int64 come out as large positive numbers: no field that is read here is negative in a valid model. */
function parseVarint(bytes: Uint8Array, offset: number): Varint {
  let value = 0;
  let factor = 1;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) throw new RangeError(`varint at ${offset} is cut off`);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: offset + index + 1 };
    factor *= 128;
  }
  throw new TypeError(`no varint at ${offset}`);
}

/** The fields between two offsets, in file order; payloads are skipped. Throws RangeError when cut off, TypeError when it is no protobuf. */
export async function* readFields(source: ByteSource, start: number, end: number): AsyncGenerator<Field> {
  let offset = start;
  const readVarint = async (): Promise<Varint> => {
    const length = Math.min(MAX_VARINT_BYTES, source.sizeBytes - offset);
    return parseVarint(await source.read(offset, Math.max(0, length)), offset);
  };
  while (offset < end) {
    const tag = await readVarint();
    offset = tag.next;
    const number = Math.floor(tag.value / 8);
    const wireType = tag.value % 8;
    if (number === 0) throw new TypeError(`no field at ${offset}`);
    let value = 0;
    let payloadStart = offset;
    if (wireType === 0) {
      const varint = await readVarint();
      value = varint.value;
      payloadStart = offset;
      offset = varint.next;
    } else if (wireType === 1) offset += 8;
    else if (wireType === 5) offset += 4;
    else if (wireType === 2) {
      const length = await readVarint();
      payloadStart = length.next;
      offset = length.next + length.value;
    } else throw new TypeError(`wire type ${wireType} at ${offset}`);
    if (offset > end) throw new RangeError(`field ${number} ends at ${offset}, its message at ${end}`);
    yield { number, value, start: payloadStart, end: offset };
  }
}

/** A string field's text. */
export async function readText(source: ByteSource, field: Field): Promise<string> {
  return new TextDecoder().decode(await source.read(field.start, field.end - field.start));
}

/** The texts of all string fields with this number in a message. */
export async function readStrings(source: ByteSource, message: Field, number: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const field of readFields(source, message.start, message.end)) {
    if (field.number === number) texts.push(await readText(source, field));
  }
  return texts;
}
