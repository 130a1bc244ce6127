/**
 * A ZIP put together from files that lie in Blobs (APPNOTE 6.3.10): headers are made, contents are only referred to, so
 * that no byte of a picture is read or copied. Nothing is compressed: pictures are deflated already.
 */

export interface ZipFacts {
  readonly name: string;
  readonly sizeBytes: number;
  /** Of the content. */
  readonly crc32: number;
}

export interface ZippedFile extends Omit<ZipFacts, 'sizeBytes'> {
  readonly content: Blob;
}

interface ZipLayout {
  /** What stands before each file's content. */
  readonly heads: readonly Uint8Array<ArrayBuffer>[];
  /** What stands after the last one. */
  readonly tail: Blob;
}

const LOCAL_FILE = 0x04034b50;
const CENTRAL_FILE = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
/** What a reader must know: folders and deflate; numbers above 4 GB. */
const VERSION_20 = 20;
const VERSION_45 = 45;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const STORED = 0;
const EXTRA_64 = 1;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/** Little-endian fields of a header: value and bytes. */
function pack(fields: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [, length]) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, length] of fields) {
    if (length === 2) view.setUint16(at, value, true);
    else if (length === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += length;
  }
  return bytes;
}

/** Numbers that do not fit into 32 bits. */
function packExtra(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  if (numbers.length === 0) return new Uint8Array(0);
  return pack([[EXTRA_64, 2], [numbers.length * 8, 2], ...numbers.map((value) => [value, 8] as const)]);
}

/** MS-DOS time and date in local time, in one number: two-second steps, from 1980 on. */
function toDosTime(date: Date): number {
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

/** Everything but the contents. Names must be unique; that is the caller's matter. */
export function layOutZip(files: readonly ZipFacts[], date: Date): ZipLayout {
  const heads: Uint8Array<ArrayBuffer>[] = [];
  const directory: BlobPart[] = [];
  const time = toDosTime(date);
  let offset = 0;
  let directoryBytes = 0;
  for (const { name, sizeBytes, crc32 } of files) {
    const nameUtf8 = new TextEncoder().encode(name);
    const isLarge = sizeBytes >= MAX_32;
    const isFar = offset >= MAX_32;
    const shortSize = isLarge ? MAX_32 : sizeBytes;
    const version = isLarge || isFar ? VERSION_45 : VERSION_20;
    const localExtra = packExtra(isLarge ? [sizeBytes, sizeBytes] : []);
    const centralExtra = packExtra([...(isLarge ? [sizeBytes, sizeBytes] : []), ...(isFar ? [offset] : [])]);
    const shared = [
      [version, 2],
      [FLAGS, 2],
      [STORED, 2],
      [time, 4],
      [crc32, 4],
      [shortSize, 4],
      [shortSize, 4],
      [nameUtf8.length, 2],
    ] as const;
    const local = pack([[LOCAL_FILE, 4], ...shared, [localExtra.length, 2]]);
    const central = pack([
      [CENTRAL_FILE, 4],
      [version, 2],
      ...shared,
      [centralExtra.length, 2],
      // No comment, first disk, no attributes.
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [isFar ? MAX_32 : offset, 4],
    ]);
    const head = new Uint8Array(local.length + nameUtf8.length + localExtra.length);
    head.set(local);
    head.set(nameUtf8, local.length);
    head.set(localExtra, local.length + nameUtf8.length);
    heads.push(head);
    directory.push(central, nameUtf8, centralExtra);
    offset += head.length + sizeBytes;
    directoryBytes += central.length + nameUtf8.length + centralExtra.length;
  }
  const count = files.length;
  if (count >= MAX_16 || offset >= MAX_32 || directoryBytes >= MAX_32) {
    directory.push(
      pack([
        [END_64, 4],
        // Of what follows.
        [44, 8],
        [VERSION_45, 2],
        [VERSION_45, 2],
        [0, 4],
        [0, 4],
        [count, 8],
        [count, 8],
        [directoryBytes, 8],
        [offset, 8],
      ]),
      pack([
        [END_64_LOCATOR, 4],
        [0, 4],
        [offset + directoryBytes, 8],
        [1, 4],
      ]),
    );
  }
  const end = pack([
    [END, 4],
    [0, 2],
    [0, 2],
    [Math.min(MAX_16, count), 2],
    [Math.min(MAX_16, count), 2],
    [Math.min(MAX_32, directoryBytes), 4],
    [Math.min(MAX_32, offset), 4],
    [0, 2],
  ]);
  return { heads, tail: new Blob([...directory, end]) };
}

/** The file. */
export function composeZip(files: readonly ZippedFile[], date: Date): Blob {
  const { heads, tail } = layOutZip(
    files.map(({ name, content, crc32 }) => ({ name, sizeBytes: content.size, crc32 })),
    date,
  );
  const parts = files.flatMap(({ content }, index): BlobPart[] => [heads[index]!, content]);
  return new Blob([...parts, tail], { type: 'application/zip' });
}
