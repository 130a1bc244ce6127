/** AVIF inside the ISO base media file format (ISO 14496-12, HEIF 23008-12): brands, and the primary item's properties. */
import type { FormatHeader } from '../header.ts';
import { createCorruptError, type ByteReader } from './byte-reader.ts';

interface Box {
  readonly type: string;
  /** First byte of the content. */
  readonly start: number;
  readonly end: number;
}

/** Properties of a picture number a dozen; more is an attack on our time. */
const MAX_BOXES = 4096;

/** The boxes between two offsets; a box that claims more than there is ends at `end`. */
function listBoxes(reader: ByteReader, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  let offset = start;
  while (offset + 8 <= end && offset + 8 <= reader.length && boxes.length < MAX_BOXES) {
    const size = reader.u32(offset);
    const isLong = size === 1;
    const headerBytes = isLong ? 16 : 8;
    let lengthBytes = size;
    if (size === 0) lengthBytes = end - offset;
    if (isLong) lengthBytes = reader.u32(offset + 8) * 2 ** 32 + reader.u32(offset + 12);
    if (lengthBytes < headerBytes) throw createCorruptError('AVIF', `box of ${lengthBytes} bytes`);
    boxes.push({
      type: reader.text(offset + 4, 4),
      start: offset + headerBytes,
      end: Math.min(end, offset + lengthBytes),
    });
    offset += lengthBytes;
  }
  return boxes;
}

function findBox(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type);
}

/** Brands of the `ftyp` box; empty where the file does not begin with one. */
export function readBrands(reader: ByteReader): readonly string[] {
  if (reader.length < 12 || reader.text(4, 4) !== 'ftyp') return [];
  const end = Math.min(reader.u32(0), reader.length, 1024);
  const brands = [reader.text(8, 4)];
  for (let offset = 16; offset + 4 <= end; offset += 4) brands.push(reader.text(offset, 4));
  return brands;
}

/** 1-based property numbers of an item (`ipma`), or null where it is not listed. */
function readAssociations(reader: ByteReader, box: Box, itemId: number): readonly number[] | null {
  const version = reader.u8(box.start);
  const hasWideIndex = (reader.u8(box.start + 3) & 1) === 1;
  const entryCount = reader.u32(box.start + 4);
  let offset = box.start + 8;
  for (let entry = 0; entry < entryCount && offset < box.end; entry++) {
    const id = version < 1 ? reader.u16(offset) : reader.u32(offset);
    offset += version < 1 ? 2 : 4;
    const count = reader.u8(offset);
    offset += 1;
    const indices: number[] = [];
    for (let i = 0; i < count; i++) {
      indices.push(hasWideIndex ? reader.u16(offset) & 0x7fff : reader.u8(offset) & 0x7f);
      offset += hasWideIndex ? 2 : 1;
    }
    if (id === itemId) return indices;
  }
  return null;
}

function readPrimaryItemId(reader: ByteReader, boxes: readonly Box[]): number {
  const box = findBox(boxes, 'pitm');
  if (box === undefined) return 1;
  return reader.u8(box.start) === 0 ? reader.u16(box.start + 4) : reader.u32(box.start + 4);
}

/** Turns of `irot` (quarter turns anticlockwise) as EXIF orientations. */
const ROTATION_ORIENTATIONS = [1, 8, 3, 6] as const;

export function readAvifHeader(reader: ByteReader): FormatHeader {
  const meta = findBox(listBoxes(reader, 0, Infinity), 'meta');
  // Files that begin with their pixels have the box later: the caller may offer more bytes.
  reader.require(meta?.end ?? reader.length + 1, 0);
  if (meta === undefined) throw createCorruptError('AVIF', 'no meta box');
  const metaBoxes = listBoxes(reader, meta.start + 4, meta.end);
  const iprp = findBox(metaBoxes, 'iprp');
  const propertyBoxes = iprp === undefined ? [] : listBoxes(reader, iprp.start, iprp.end);
  const ipco = findBox(propertyBoxes, 'ipco');
  const ipma = findBox(propertyBoxes, 'ipma');
  if (ipco === undefined || ipma === undefined) throw createCorruptError('AVIF', 'no item properties');
  const all = listBoxes(reader, ipco.start, ipco.end);
  const indices = readAssociations(reader, ipma, readPrimaryItemId(reader, metaBoxes));
  const properties =
    indices === null ? all : indices.map((index) => all[index - 1]).filter((box) => box !== undefined);
  const ispe = findBox(properties, 'ispe');
  if (ispe === undefined) throw createCorruptError('AVIF', 'no picture size');
  const pixi = findBox(properties, 'pixi');
  const irot = findBox(properties, 'irot');
  const hasAlpha = all.some((box) => box.type === 'auxC' && reader.text(box.start + 4, 64).includes('alpha'));
  const orientation = irot === undefined ? 1 : ROTATION_ORIENTATIONS[reader.u8(irot.start) & 3]!;
  return {
    format: 'avif',
    storedWidthPx: reader.u32(ispe.start + 4),
    storedHeightPx: reader.u32(ispe.start + 8),
    bitDepth: pixi === undefined ? 8 : reader.u8(pixi.start + 5),
    channels: pixi === undefined ? 3 : reader.u8(pixi.start + 4),
    hasAlpha,
    orientation,
  };
}
