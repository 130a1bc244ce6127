/** Formats that no browser decodes for a canvas, recognised by content so that the user is told which one it is. */
import type { ByteReader } from './byte-reader.ts';
import { readBrands } from './isobmff.ts';

/** `details.format` of IMAGE_UNSUPPORTED_FORMAT. */
export type UnsupportedFormat =
  | 'heic'
  | 'tiff'
  | 'raw'
  | 'jxl'
  | 'jp2'
  | 'jxr'
  | 'svg'
  | 'psd'
  | 'pdf'
  | 'exr'
  | 'hdr'
  | 'ico'
  | 'pnm'
  | 'pfm'
  | 'qoi'
  | 'dds'
  | 'video';

const SIGNATURES: readonly (readonly [UnsupportedFormat, string])[] = [
  ['raw', 'FUJIFILMCCD-RAW'],
  ['raw', 'IIRO'],
  ['raw', 'IIRS'],
  ['raw', 'MMOR'],
  ['raw', 'IIU\0'],
  ['raw', 'FOVb'],
  ['raw', '\0MRM'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  ['jxl', '\xff\x0a'],
  ['jxl', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['jp2', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jp2', '\xff\x4f\xff\x51'],
  ['jxr', 'II\xbc'],
  ['psd', '8BPS'],
  ['pdf', '%PDF-'],
  ['exr', '\x76\x2f\x31\x01'],
  ['hdr', '#?RADIANCE'],
  ['hdr', '#?RGBE'],
  ['ico', '\0\0\x01\0'],
  ['ico', '\0\0\x02\0'],
  ['qoi', 'qoif'],
  ['dds', 'DDS '],
  ['video', '\x1a\x45\xdf\xa3'],
  ['video', 'OggS'],
];

const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);

/** MP4, QuickTime and what is derived from them; sound alone (M4A) is none. */
const VIDEO_BRAND = /^(isom|iso\d|mp4[12]|avc1|M4V[ HP]|qt {2}|3g[p2].|dash|f4v )$/;

const TAG = { subfileType: 254, compression: 259, make: 271, subDirectories: 330, dngVersion: 50706 };
/** Nikon, Sony, Pentax and others' own compressions. */
const RAW_COMPRESSIONS = new Set([32767, 32769, 32770, 34713, 65535]);

/**
 * Camera files are TIFF files too. A DNG says so; the others hide the picture in sub-directories of a small preview
 * and name the camera's maker.
 */
function isRawTiff(reader: ByteReader, isLittleEndian: boolean): boolean {
  if (reader.text(8, 2) === 'CR') return true;
  if (reader.length < 8) return false;
  const directory = reader.u32(4, isLittleEndian);
  if (directory + 2 > reader.length) return false;
  const entryCount = reader.u16(directory, isLittleEndian);
  const seen = new Map<number, number>();
  for (let index = 0; index < entryCount; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > reader.length) break;
    const isShort = reader.u16(entry + 2, isLittleEndian) === 3;
    const value = isShort ? reader.u16(entry + 8, isLittleEndian) : reader.u32(entry + 8, isLittleEndian);
    seen.set(reader.u16(entry, isLittleEndian), value);
  }
  if (seen.has(TAG.dngVersion) || RAW_COMPRESSIONS.has(seen.get(TAG.compression) ?? 0)) return true;
  return seen.get(TAG.subfileType) === 1 && seen.has(TAG.make) && seen.has(TAG.subDirectories);
}

const SVG_PROLOGUE_BYTES = 4096;

/** An XML prologue, comments and a doctype may precede the root element. */
function isSvg(reader: ByteReader): boolean {
  const text = reader.text(0, SVG_PROLOGUE_BYTES).replace(/^\u00ef\u00bb\u00bf/, '');
  const root = text.search(/<(svg|html)[\s>]/i);
  return /^\s*</.test(text) && root >= 0 && /^<svg/i.test(text.slice(root));
}

/** The unsupported format that the bytes begin with; null where they are something else. */
export function recogniseUnsupportedFormat(reader: ByteReader): UnsupportedFormat | null {
  const opening = reader.text(0, 16);
  const signature = SIGNATURES.find(([, magic]) => opening.startsWith(magic));
  if (signature !== undefined) return signature[0];
  if (opening.startsWith('II*\0')) return isRawTiff(reader, true) ? 'raw' : 'tiff';
  if (opening.startsWith('MM\0*')) return isRawTiff(reader, false) ? 'raw' : 'tiff';
  const brands = readBrands(reader);
  if (brands[0] === 'crx ') return 'raw';
  if (brands.some((brand) => HEIF_BRANDS.has(brand))) return 'heic';
  if (!brands.includes('M4A ') && brands.some((brand) => VIDEO_BRAND.test(brand))) return 'video';
  if (opening.startsWith('RIFF') && opening.slice(8, 12) === 'AVI ') return 'video';
  if (/^P[Ff]\s/.test(opening)) return 'pfm';
  if (/^P[1-7]\s/.test(opening)) return 'pnm';
  return isSvg(reader) ? 'svg' : null;
}
