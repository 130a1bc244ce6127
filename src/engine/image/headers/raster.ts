/** PNG (W3C), WebP (RFC 9649), GIF (89a) and BMP: formats whose size lies at a known place. */
import type { FormatHeader } from '../header.ts';
import { createCorruptError, type ByteReader } from './byte-reader.ts';

const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** A tRNS chunk before the pixels makes any PNG transparent. */
function hasTransparencyChunk(reader: ByteReader): boolean {
  let offset = 33;
  while (offset + 8 <= reader.length) {
    const type = reader.text(offset + 4, 4);
    if (type === 'tRNS') return true;
    if (type === 'IDAT' || type === 'IEND') return false;
    offset += 12 + reader.u32(offset);
  }
  return false;
}

export function readPngHeader(reader: ByteReader): FormatHeader {
  reader.require(12, 4);
  if (reader.text(12, 4) !== 'IHDR') throw createCorruptError('PNG', 'no IHDR chunk');
  const storedWidthPx = reader.u32(16);
  const storedHeightPx = reader.u32(20);
  const bitDepth = reader.u8(24);
  const colorType = reader.u8(25);
  const channels = PNG_CHANNELS[colorType];
  if (channels === undefined) throw createCorruptError('PNG', `colour type ${colorType}`);
  const hasAlpha = colorType === 4 || colorType === 6 || hasTransparencyChunk(reader);
  return { format: 'png', storedWidthPx, storedHeightPx, bitDepth, channels, hasAlpha, orientation: 1 };
}

export function readWebpHeader(reader: ByteReader): FormatHeader {
  const base = { format: 'webp', bitDepth: 8, orientation: 1 } as const;
  const chunk = reader.text(12, 4);
  if (chunk === 'VP8 ') {
    if (reader.u24Le(23) !== 0x2a019d) throw createCorruptError('WebP', 'no key frame');
    const storedWidthPx = reader.u16(26, true) & 0x3fff;
    const storedHeightPx = reader.u16(28, true) & 0x3fff;
    return { ...base, storedWidthPx, storedHeightPx, channels: 3, hasAlpha: false };
  }
  if (chunk === 'VP8L') {
    if (reader.u8(20) !== 0x2f) throw createCorruptError('WebP', 'no lossless signature');
    const bits = reader.u32(21, true);
    const hasAlpha = ((bits >>> 28) & 1) === 1;
    const storedWidthPx = (bits & 0x3fff) + 1;
    const storedHeightPx = ((bits >>> 14) & 0x3fff) + 1;
    return { ...base, storedWidthPx, storedHeightPx, channels: hasAlpha ? 4 : 3, hasAlpha };
  }
  if (chunk === 'VP8X') {
    const hasAlpha = (reader.u8(20) & 0x10) !== 0;
    const storedWidthPx = reader.u24Le(24) + 1;
    const storedHeightPx = reader.u24Le(27) + 1;
    return { ...base, storedWidthPx, storedHeightPx, channels: hasAlpha ? 4 : 3, hasAlpha };
  }
  reader.require(12, 4);
  throw createCorruptError('WebP', `unknown chunk ${JSON.stringify(chunk)}`);
}

export function readGifHeader(reader: ByteReader): FormatHeader {
  const storedWidthPx = reader.u16(6, true);
  const storedHeightPx = reader.u16(8, true);
  // Any frame may declare a transparent colour; only decoding tells.
  return {
    format: 'gif',
    storedWidthPx,
    storedHeightPx,
    bitDepth: 8,
    channels: 3,
    hasAlpha: true,
    orientation: 1,
  };
}

export function readBmpHeader(reader: ByteReader): FormatHeader {
  const headerBytes = reader.u32(14, true);
  const isCore = headerBytes === 12;
  if (!isCore && (headerBytes < 40 || headerBytes > 1024)) {
    throw createCorruptError('BMP', `header of ${headerBytes} bytes`);
  }
  // A negative height only says that the rows run downwards.
  const storedWidthPx = isCore ? reader.u16(18, true) : Math.max(0, reader.i32Le(18));
  const storedHeightPx = isCore ? reader.u16(20, true) : Math.abs(reader.i32Le(22));
  const bitsPerPixel = reader.u16(isCore ? 24 : 28, true);
  const hasAlpha = bitsPerPixel === 32;
  return {
    format: 'bmp',
    storedWidthPx,
    storedHeightPx,
    bitDepth: 8,
    channels: hasAlpha ? 4 : 3,
    hasAlpha,
    orientation: 1,
  };
}
