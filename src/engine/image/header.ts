/** What a picture file is and how large, from its first bytes: asked before anything is decoded. */
import { EngineError } from '../errors.ts';
import { createByteReader, type ByteReader } from './headers/byte-reader.ts';
import { readAvifHeader, readBrands } from './headers/isobmff.ts';
import { readJpegHeader } from './headers/jpeg.ts';
import { readBmpHeader, readGifHeader, readPngHeader, readWebpHeader } from './headers/raster.ts';
import { recogniseUnsupportedFormat } from './headers/unsupported.ts';

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'bmp';

/** What a format's header says, before any judgement. */
export interface FormatHeader {
  readonly format: ImageFormat;
  /** As stored, before `orientation`. */
  readonly storedWidthPx: number;
  readonly storedHeightPx: number;
  readonly bitDepth: number;
  /** Colour components, alpha included: 4 in a JPEG is CMYK. */
  readonly channels: number;
  /** May be transparent. */
  readonly hasAlpha: boolean;
  /** EXIF 1..8; from 5 on, width and height are swapped to show the picture. Known for JPEG and AVIF, else 1. */
  readonly orientation: number;
}

/** A header whose size is acceptable. */
export interface ImageHeader extends FormatHeader {
  /** Upright size. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Largest picture that is decoded: 120 megapixels are 480 MB of RGBA. */
export const MAX_IMAGE_PIXELS = 120_000_000;

function readFormatHeader(reader: ByteReader): FormatHeader | null {
  const opening = reader.text(0, 12);
  if (opening.startsWith('\xff\xd8\xff')) return readJpegHeader(reader);
  if (opening.startsWith('\x89PNG\r\n\x1a\n')) return readPngHeader(reader);
  if (opening.startsWith('RIFF') && opening.endsWith('WEBP')) return readWebpHeader(reader);
  if (opening.startsWith('GIF87a') || opening.startsWith('GIF89a')) return readGifHeader(reader);
  if (opening.startsWith('BM') && reader.length >= 26 && reader.u32(14, true) <= 1024)
    return readBmpHeader(reader);
  const brands = readBrands(reader);
  if (brands.includes('avif') || brands.includes('avis')) return readAvifHeader(reader);
  return null;
}

function refuse(reader: ByteReader): never {
  const format = recogniseUnsupportedFormat(reader);
  if (format !== null) {
    throw new EngineError('IMAGE_UNSUPPORTED_FORMAT', `Pictures of format ${format} are not supported`, {
      details: { format },
    });
  }
  throw new EngineError('IMAGE_NOT_AN_IMAGE', 'The bytes are no picture of a known format');
}

/**
 * Reads the header from the file's first bytes. Decides by content, never by name. Throws IMAGE_EMPTY,
 * IMAGE_NOT_AN_IMAGE, IMAGE_UNSUPPORTED_FORMAT (`details.format`), IMAGE_ZERO_SIZE, IMAGE_TOO_LARGE (`details.widthPx`,
 * `heightPx`, `maxPixels`), and IMAGE_DECODE_FAILED (`details.reason`: 'corrupt', or 'truncated' where more bytes may help).
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new EngineError('IMAGE_EMPTY', 'The file is empty');
  const reader = createByteReader(bytes);
  const header = readFormatHeader(reader) ?? refuse(reader);
  const isSwapped = header.orientation >= 5;
  const widthPx = isSwapped ? header.storedHeightPx : header.storedWidthPx;
  const heightPx = isSwapped ? header.storedWidthPx : header.storedHeightPx;
  if (widthPx === 0 || heightPx === 0) {
    throw new EngineError('IMAGE_ZERO_SIZE', `The picture is ${widthPx} x ${heightPx} pixels`, {
      details: { widthPx, heightPx },
    });
  }
  if (widthPx * heightPx > MAX_IMAGE_PIXELS) {
    throw new EngineError(
      'IMAGE_TOO_LARGE',
      `The picture is ${widthPx} x ${heightPx} pixels; at most ${MAX_IMAGE_PIXELS} are decoded`,
      { details: { widthPx, heightPx, maxPixels: MAX_IMAGE_PIXELS } },
    );
  }
  return { ...header, widthPx, heightPx };
}

const FIRST_READ_BYTES = 64 * 1024;

/**
 * {@link readImageHeader} over a source that is read piecemeal: phones put previews and depth maps of megabytes before
 * a JPEG's size, so the prefix grows until the header is whole. `readPrefix(n)` gives the first n bytes of the file.
 */
export async function readImageHeaderFrom(
  sizeBytes: number,
  readPrefix: (lengthBytes: number) => Promise<Uint8Array>,
): Promise<ImageHeader> {
  for (let lengthBytes = FIRST_READ_BYTES; ; lengthBytes *= 8) {
    const isWhole = lengthBytes >= sizeBytes;
    try {
      return readImageHeader(await readPrefix(Math.min(lengthBytes, sizeBytes)));
    } catch (error) {
      const mayNeedMore = error instanceof EngineError && error.details.reason === 'truncated';
      if (isWhole || !mayNeedMore) throw error;
    }
  }
}
