/** JPEG (ITU T.81, markers) and its EXIF orientation (CIPA DC-008, a TIFF directory in APP1). */
import { createCorruptError, type ByteReader } from './byte-reader.ts';
import type { FormatHeader } from '../header.ts';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP1 = 0xe1;
const ORIENTATION_TAG = 0x0112;

function isStartOfFrame(marker: number): boolean {
  // C4, C8 and CC are tables, not frames.
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isWithoutLength(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Orientation 1..8 of the first directory; 1 where there is none, or where the directory is broken. */
function readExifOrientation(reader: ByteReader, tiffStart: number, end: number): number {
  const isLittleEndian = reader.text(tiffStart, 2) === 'II';
  if (!isLittleEndian && reader.text(tiffStart, 2) !== 'MM') return 1;
  const directory = tiffStart + reader.u32(tiffStart + 4, isLittleEndian);
  if (directory + 2 > end) return 1;
  const entryCount = reader.u16(directory, isLittleEndian);
  for (let index = 0; index < entryCount; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > end) return 1;
    if (reader.u16(entry, isLittleEndian) === ORIENTATION_TAG) {
      const orientation = reader.u16(entry + 8, isLittleEndian);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  }
  return 1;
}

function readOrientation(reader: ByteReader, segment: number, length: number): number | null {
  const end = segment + length;
  if (reader.text(segment + 2, 6) !== 'Exif\0\0' || end > reader.length || length < 16) return null;
  return readExifOrientation(reader, segment + 8, end);
}

/** Walks the segments up to the first scan; progress is guaranteed, because every segment is at least two bytes. */
export function readJpegHeader(reader: ByteReader): FormatHeader {
  let frame: FormatHeader | null = null;
  let orientation: number | null = null;
  let offset = 2;
  for (;;) {
    // What follows the frame can only add the orientation: a cut there is no reason to refuse.
    if (frame !== null && offset + 4 > reader.length) break;
    if (reader.u8(offset) !== 0xff) throw createCorruptError('JPEG', `no marker at byte ${offset}`);
    const marker = reader.u8(offset + 1);
    if (marker === 0xff || isWithoutLength(marker)) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) break;
    const segment = offset + 2;
    const length = reader.u16(segment);
    if (length < 2) throw createCorruptError('JPEG', `segment of ${length} bytes at byte ${segment}`);
    if (isStartOfFrame(marker) && frame === null) {
      frame = {
        format: 'jpeg',
        storedWidthPx: reader.u16(segment + 5),
        storedHeightPx: reader.u16(segment + 3),
        bitDepth: reader.u8(segment + 2),
        channels: reader.u8(segment + 7),
        hasAlpha: false,
        orientation: 1,
      };
    }
    if (marker === APP1 && orientation === null) orientation = readOrientation(reader, segment, length);
    offset = segment + length;
  }
  if (frame === null) throw createCorruptError('JPEG', 'no frame before the first scan');
  return { ...frame, orientation: orientation ?? 1 };
}
