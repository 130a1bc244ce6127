import { describe, expect, it } from 'vitest';
import { readFixtureBytes, readFixtureManifest } from '../../testing/fixtures.ts';
import { EngineError } from '../errors.ts';
import { MAX_IMAGE_PIXELS, readImageHeader, readImageHeaderFrom } from './header.ts';

const images = readFixtureManifest().images;

function catchError(bytes: Uint8Array): EngineError {
  try {
    readImageHeader(bytes);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('no error');
}

function bytesOf(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((letter) => letter.charCodeAt(0)) : part,
    ),
  );
}

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function pngOf(widthPx: number, heightPx: number): Uint8Array {
  return bytesOf('\x89PNG\r\n\x1a\n', u32(13), 'IHDR', u32(widthPx), u32(heightPx), [8, 2, 0, 0, 0], u32(0));
}

/** A little-endian TIFF with one directory of short entries. */
function tiffOf(...tags: readonly (readonly [tag: number, value: number])[]): Uint8Array {
  const entries = tags.flatMap(([tag, value]) => [
    tag & 255,
    tag >> 8,
    3,
    0,
    1,
    0,
    0,
    0,
    value & 255,
    value >> 8,
    0,
    0,
  ]);
  return bytesOf('II*\0', [8, 0, 0, 0], [tags.length, 0], entries, [0, 0, 0, 0]);
}

/** A JPEG of 300x200 with an EXIF orientation, in either byte order, behind `padding` bytes of other metadata. */
function jpegOf(orientation: number, isLittleEndian: boolean, padding = 0): Uint8Array {
  const u16 = (value: number): number[] =>
    isLittleEndian ? [value & 255, value >> 8] : [value >> 8, value & 255];
  const long = (value: number): number[] => (isLittleEndian ? u32(value).reverse() : u32(value));
  const tiff = bytesOf(
    isLittleEndian ? 'II' : 'MM',
    u16(42),
    long(8),
    u16(1),
    [...u16(0x0112), ...u16(3), ...long(1), ...u16(orientation), 0, 0],
    long(0),
  );
  const exif = bytesOf([0xff, 0xe1, 0, tiff.length + 8], 'Exif\0\0', [...tiff]);
  const segments: number[] = [];
  for (let left = padding; left > 0; left -= 65000) {
    segments.push(0xff, 0xe2, 65002 >> 8, 65002 & 255, ...new Array<number>(65000).fill(7));
  }
  const frame = [0xff, 0xff, 0xc2, 0, 17, 8, 0, 200, 1, 44, 3, ...new Array<number>(9).fill(0)];
  return bytesOf([0xff, 0xd8], [...exif], segments, frame, [0xff, 0xda, 0, 2]);
}

describe('readImageHeader on the fixture pictures', () => {
  const good = images.filter((image) => image.kind === 'good');

  it.each(good)('reads the upright size of $file', ({ file, width, height, storedWidth, storedHeight }) => {
    const header = readImageHeader(readFixtureBytes(file));
    // The panorama is listed without a size; its name has it.
    expect([header.widthPx, header.heightPx]).toEqual([width ?? 4000, height ?? 60]);
    expect([header.storedWidthPx, header.storedHeightPx]).toEqual([
      storedWidth ?? header.widthPx,
      storedHeight ?? header.heightPx,
    ]);
  });

  it.each([
    ['images/rgb16.png', { format: 'png', bitDepth: 16, channels: 3, hasAlpha: false }],
    ['images/gray16.png', { format: 'png', bitDepth: 16, channels: 1 }],
    ['images/alpha.png', { format: 'png', bitDepth: 8, channels: 4, hasAlpha: true }],
    ['images/cmyk.jpg', { format: 'jpeg', channels: 4 }],
    ['images/portrait-exif6.jpg', { format: 'jpeg', orientation: 6 }],
    ['images/photo.avif', { format: 'avif', bitDepth: 8, channels: 3 }],
    ['images/wrong-extension.png', { format: 'webp' }],
    ['images/anim.gif', { format: 'gif' }],
  ])('tells what %s is', (file, expected) => {
    expect(readImageHeader(readFixtureBytes(file))).toMatchObject(expected);
  });

  it.each([
    ['images/empty.jpg', 'IMAGE_EMPTY', {}],
    ['images/text.jpg', 'IMAGE_NOT_AN_IMAGE', {}],
    ['images/drawing.svg', 'IMAGE_UNSUPPORTED_FORMAT', { format: 'svg' }],
    [
      'images/bomb-60000x60000.png',
      'IMAGE_TOO_LARGE',
      { widthPx: 60000, heightPx: 60000, maxPixels: MAX_IMAGE_PIXELS },
    ],
  ])('refuses %s with %s', (file, code, details) => {
    expect(catchError(readFixtureBytes(file))).toMatchObject({ code, details });
  });
});

describe('readImageHeader', () => {
  it.each([
    [1, 300, 200],
    [3, 300, 200],
    [6, 200, 300],
    [8, 200, 300],
    [9, 300, 200],
  ])('turns a JPEG of orientation %i to %i x %i in both byte orders', (orientation, widthPx, heightPx) => {
    for (const isLittleEndian of [true, false]) {
      expect(readImageHeader(jpegOf(orientation, isLittleEndian))).toMatchObject({ widthPx, heightPx });
    }
  });

  it.each([
    ['heic', bytesOf(u32(24), 'ftypheic', u32(0), 'mif1heic')],
    ['heic', bytesOf(u32(24), 'ftypmif1', u32(0), 'mif1heix')],
    ['raw', bytesOf(u32(16), 'ftypcrx ', u32(1))],
    ['raw', bytesOf('FUJIFILMCCD-RAW 0201')],
    ['raw', bytesOf('II*\0', [16, 0, 0, 0], 'CR', [2, 0])],
    ['raw', tiffOf([271, 1], [50706, 1])],
    ['raw', tiffOf([254, 1], [271, 1], [330, 1])],
    ['raw', tiffOf([259, 34713])],
    ['tiff', tiffOf([256, 4], [257, 4], [259, 5])],
    ['tiff', bytesOf('MM\0*', u32(8), [0, 0])],
    ['jxl', bytesOf([0xff, 0x0a, 1, 2])],
    ['jxl', bytesOf(u32(12), 'JXL \r\n\x87\n')],
    ['psd', bytesOf('8BPS', [0, 1])],
    ['video', bytesOf([0, 0, 0, 24], 'ftypisom', [0, 0, 2, 0], 'isomavc1')],
    ['video', bytesOf([0, 0, 0, 20], 'ftypqt  ', [0, 0, 2, 0], 'qt  ')],
    ['video', bytesOf([0x1a, 0x45, 0xdf, 0xa3, 1])],
    ['video', bytesOf('RIFF', [4, 0, 0, 0], 'AVI LIST')],
    ['pdf', bytesOf('%PDF-1.7')],
    ['svg', bytesOf('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a house -->\n<svg xmlns="x">')],
    ['pnm', bytesOf('P6\n3 3\n255\n')],
    ['pfm', bytesOf('Pf\n3 3\n-1.0\n')],
    ['ico', bytesOf([0, 0, 1, 0, 1, 0])],
  ])('names %s by its content', (format, bytes) => {
    expect(catchError(bytes)).toMatchObject({ code: 'IMAGE_UNSUPPORTED_FORMAT', details: { format } });
  });

  it.each([
    ['a web page with a drawing', bytesOf('<!doctype html><html><svg></svg></html>')],
    ['a ZIP archive', bytesOf('PK\x03\x04', [20, 0])],
    ['one byte', bytesOf([0xff])],
    ['a song', bytesOf(u32(24), 'ftypM4A ', u32(0), 'M4A isom')],
    ['prose that begins with BM', bytesOf('BMW is a maker of cars, and this is a text about it.')],
  ])('says that %s is no picture', (_what, bytes) => {
    expect(catchError(bytes).code).toBe('IMAGE_NOT_AN_IMAGE');
  });

  it.each([
    ['PNG', pngOf(0, 7)],
    ['GIF', bytesOf('GIF89a', [0, 0, 5, 0], [0, 0, 0])],
  ])('refuses a %s without pixels', (_format, bytes) => {
    expect(catchError(bytes).code).toBe('IMAGE_ZERO_SIZE');
  });

  it('accepts the largest area and refuses one row more', () => {
    expect(readImageHeader(pngOf(12_000, 10_000)).widthPx).toBe(12_000);
    expect(catchError(pngOf(12_000, 10_001)).code).toBe('IMAGE_TOO_LARGE');
  });

  it('reads BMPs with rows in either direction', () => {
    const bmp = (height: number): Uint8Array => {
      const bytes = bytesOf('BM', new Array<number>(52).fill(0));
      const view = new DataView(bytes.buffer);
      view.setUint32(14, 40, true);
      view.setInt32(18, 30, true);
      view.setInt32(22, height, true);
      view.setUint16(28, 24, true);
      return bytes;
    };
    for (const height of [20, -20]) {
      expect(readImageHeader(bmp(height))).toMatchObject({ format: 'bmp', widthPx: 30, heightPx: 20 });
    }
  });

  it('answers any truncation and any damage with a header or an IMAGE_ error', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    const sources = [
      ...images.map((image) => readFixtureBytes(image.file).slice(0, 4096)),
      tiffOf([259, 34713]),
      jpegOf(6, true),
      bytesOf(u32(24), 'ftypheic', u32(0), 'mif1heic'),
    ].filter((bytes) => bytes.length > 0);
    const codes = new Set<string>();
    for (let round = 0; round < 6000; round++) {
      const source = sources[random(sources.length)]!;
      // Most damage near the start, where the structure is.
      const bytes = source.slice(0, 1 + random(random(2) === 0 ? 64 : source.length));
      for (let hits = random(6); hits > 0; hits--)
        bytes[random(bytes.length)] = random(2) === 0 ? 255 : random(256);
      try {
        const header = readImageHeader(bytes);
        expect(header.widthPx * header.heightPx).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        codes.add(error.code);
      }
    }
    expect([...codes].every((code) => code.startsWith('IMAGE_'))).toBe(true);
    expect(codes).toContain('IMAGE_DECODE_FAILED');
  });
});

describe('readImageHeaderFrom', () => {
  it('reads more of the file when metadata pushes the size beyond the first bytes', async () => {
    const bytes = jpegOf(6, true, 900_000);
    const reads: number[] = [];
    const header = await readImageHeaderFrom(bytes.length, async (lengthBytes) => {
      reads.push(lengthBytes);
      return bytes.slice(0, lengthBytes);
    });
    expect([header.widthPx, header.heightPx]).toEqual([200, 300]);
    expect(reads).toEqual([65_536, 524_288, bytes.length]);
  });

  it('gives up at the end of the file', async () => {
    const bytes = pngOf(4, 4).slice(0, 20);
    await expect(readImageHeaderFrom(bytes.length, async () => bytes)).rejects.toMatchObject({
      code: 'IMAGE_DECODE_FAILED',
      details: { reason: 'truncated' },
    });
  });
});
