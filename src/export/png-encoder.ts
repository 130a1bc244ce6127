/**
 * PNG, row by row. Our own, because encoders on npm want the whole picture at once (150 MB for 50 megapixels) and
 * deflate in JavaScript; here the platform's CompressionStream deflates (zlib format, which is PNG's) as rows arrive.
 */
import { createBlobCollector } from './blob-collector.ts';
import { crc32 } from './crc32.ts';
import { writeFilteredRow, type PngFilter } from './png-filter.ts';

const COLORS = {
  rgb8: { type: 2, channels: 3, bytesPerSample: 1 },
  rgba8: { type: 6, channels: 4, bytesPerSample: 1 },
  grey8: { type: 0, channels: 1, bytesPerSample: 1 },
  grey16: { type: 0, channels: 1, bytesPerSample: 2 },
  indexed8: { type: 3, channels: 1, bytesPerSample: 1 },
} as const;

export type PngColor = keyof typeof COLORS;

export interface PngEncoder {
  /** Whole rows of samples, top first; length = rows x width x channels. Resolves when the next rows are welcome. */
  writeRows(samples: Uint8Array | Uint16Array): Promise<void>;
  /** The file. Throws when fewer rows than the height were written. */
  finish(): Promise<Blob>;
  /** Ends the encoder without a file. */
  abort(): Promise<void>;
}

function bigEndian32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function createChunk(name: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const type = new TextEncoder().encode(name);
  return [bigEndian32(data.length), type, data, bigEndian32(crc32(type, data))];
}

/** Samples as PNG stores them: 16 bits big-endian. */
function toRowBytes(samples: Uint8Array | Uint16Array): Uint8Array {
  if (samples instanceof Uint8Array) return samples;
  const bytes = new Uint8Array(samples.length * 2);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    bytes[i * 2] = sample >> 8;
    bytes[i * 2 + 1] = sample & 0xff;
  }
  return bytes;
}

export interface PngExtras {
  /** RGB triples, at most 256. */
  readonly paletteRgb?: Uint8Array<ArrayBuffer>;
  /** By keyword (Latin letters, at most 79): what a reader should know, in ASCII. */
  readonly text?: Readonly<Record<string, string>>;
  /** Changes the size of the file and the time it takes, nothing else. Default: `best`. */
  readonly filter?: PngFilter;
}

/**
 * An encoder of one picture. Colours are marked sRGB; `grey8` and `grey16` hold data, not a colour, and are not.
 * `indexed8` needs its palette.
 */
export function createPngEncoder(
  widthPx: number,
  heightPx: number,
  color: PngColor,
  { paletteRgb, text = {}, filter = 'best' }: PngExtras = {},
): PngEncoder {
  if ((color === 'indexed8') !== (paletteRgb !== undefined)) {
    throw new RangeError(`A palette belongs to indexed8, and only there; this picture is ${color}`);
  }
  const { type, channels, bytesPerSample } = COLORS[color];
  const stride = channels * bytesPerSample;
  const rowBytes = widthPx * stride;
  const file = createBlobCollector();
  const header = [...bigEndian32(widthPx), ...bigEndian32(heightPx), bytesPerSample * 8, type, 0, 0, 0];
  file.add(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
  file.add(...createChunk('IHDR', Uint8Array.from(header)));
  if (type !== 0) file.add(...createChunk('sRGB', Uint8Array.of(0)));
  if (paletteRgb !== undefined) file.add(...createChunk('PLTE', paletteRgb));
  for (const [keyword, value] of Object.entries(text)) {
    file.add(...createChunk('tEXt', new TextEncoder().encode(`${keyword}\0${value}`)));
  }

  const deflate = new CompressionStream('deflate');
  const writer = deflate.writable.getWriter();
  const collected = collect(deflate.readable);
  // A failure of either side is seen by whoever awaits finish or writeRows.
  collected.catch(() => {});
  let previous: Uint8Array = new Uint8Array(rowBytes);
  let rowsWritten = 0;

  async function collect(compressed: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = compressed.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      file.add(...createChunk('IDAT', value));
    }
  }

  return {
    async writeRows(samples) {
      const bytes = toRowBytes(samples);
      const rowCount = bytes.length / rowBytes;
      if (!Number.isInteger(rowCount) || rowsWritten + rowCount > heightPx) {
        throw new RangeError(`${bytes.length} bytes are no whole rows of ${rowBytes}, or too many rows`);
      }
      const filtered = new Uint8Array(rowCount * (rowBytes + 1));
      for (let row = 0; row < rowCount; row++) {
        const current = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
        writeFilteredRow(filter, current, previous, stride, filtered, row * (rowBytes + 1));
        previous = current;
      }
      // The caller may use its buffer again.
      previous = previous.slice();
      rowsWritten += rowCount;
      await writer.write(filtered);
    },
    async finish() {
      if (rowsWritten !== heightPx) throw new RangeError(`${rowsWritten} of ${heightPx} rows were written`);
      await writer.close();
      await collected;
      file.add(...createChunk('IEND', new Uint8Array(0)));
      return file.finish('image/png');
    },
    async abort() {
      await writer.abort().catch(() => {});
    },
  };
}
