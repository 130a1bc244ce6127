import { EngineError } from '../../errors.ts';

/** Reads numbers at absolute offsets. Every read beyond the end throws IMAGE_DECODE_FAILED with `details.reason` 'truncated'. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Throws as above unless the bytes are there. */
  require(offset: number, length: number): void;
  u8(offset: number): number;
  u16(offset: number, isLittleEndian?: boolean): number;
  u24Le(offset: number): number;
  u32(offset: number, isLittleEndian?: boolean): number;
  i32Le(offset: number): number;
  /** Latin-1; never throws: what lies beyond the end is left out. */
  text(offset: number, length: number): string;
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  function require(offset: number, length: number): void {
    if (offset >= 0 && offset + length <= bytes.length) return;
    throw new EngineError(
      'IMAGE_DECODE_FAILED',
      `The picture's header ends at byte ${bytes.length}; byte ${offset + length} is needed`,
      { details: { reason: 'truncated', neededBytes: offset + length } },
    );
  }

  return {
    bytes,
    length: bytes.length,
    require,
    u8(offset) {
      require(offset, 1);
      return view.getUint8(offset);
    },
    u16(offset, isLittleEndian = false) {
      require(offset, 2);
      return view.getUint16(offset, isLittleEndian);
    },
    u24Le(offset) {
      require(offset, 3);
      return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
    },
    u32(offset, isLittleEndian = false) {
      require(offset, 4);
      return view.getUint32(offset, isLittleEndian);
    },
    i32Le(offset) {
      require(offset, 4);
      return view.getInt32(offset, true);
    },
    text(offset, length) {
      return String.fromCharCode(...bytes.subarray(offset, offset + length));
    },
  };
}

/** The error of a header that contradicts its own format. */
export function createCorruptError(format: string, what: string): EngineError {
  return new EngineError('IMAGE_DECODE_FAILED', `Corrupt ${format} header: ${what}`, {
    details: { reason: 'corrupt', format },
  });
}
