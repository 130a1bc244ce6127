/** JPEGs as cameras write them: an orientation, and segments of any length before the picture's size. For tests in every runtime. */

/** EXIF orientations (TIFF 6.0, tag 274). */
export const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

const SEGMENT_MAX_BYTES = 0xffff;

function makeSegment(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2;
  if (length > SEGMENT_MAX_BYTES) throw new Error(`a segment of ${length} bytes`);
  return Uint8Array.of(0xff, marker, length >> 8, length & 0xff, ...payload);
}

function makeExif(orientation: Orientation): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  return makeSegment(0xe1, Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff, 0, 0, 0, 0));
}

function insertAfterStart(jpeg: Uint8Array, segments: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const start = jpeg.subarray(0, 2);
  const rest = jpeg.subarray(2);
  const parts = [start, ...segments, rest];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same JPEG with an EXIF orientation, and with `fillerBytes` of other segments after it, before everything else. */
export function addSegments(
  jpeg: Uint8Array,
  { orientation, fillerBytes = 0 }: { readonly orientation: Orientation; readonly fillerBytes?: number },
): Uint8Array<ArrayBuffer> {
  const filler: Uint8Array[] = [];
  for (let left = fillerBytes; left > 0; left -= SEGMENT_MAX_BYTES) {
    filler.push(makeSegment(0xe2, new Uint8Array(Math.min(left, SEGMENT_MAX_BYTES - 2))));
  }
  return insertAfterStart(jpeg, [makeExif(orientation), ...filler]);
}

/** Where the pixel at (x, y) of the upright picture lies in the stored one; sizes are the upright picture's. */
function findStoredPixel(
  orientation: Orientation,
  x: number,
  y: number,
  width: number,
  height: number,
): readonly [x: number, y: number] {
  const [right, bottom] = [width - 1 - x, height - 1 - y];
  switch (orientation) {
    case 1:
      return [x, y];
    case 2:
      return [right, y];
    case 3:
      return [right, bottom];
    case 4:
      return [x, bottom];
    case 5:
      return [y, x];
    case 6:
      return [y, right];
    case 7:
      return [bottom, right];
    case 8:
      return [bottom, x];
  }
}

/** RGBA as a camera would store it so that `orientation` turns it upright. */
export function storeTurned(
  pixelsRgba: ArrayLike<number>,
  width: number,
  height: number,
  orientation: Orientation,
): { readonly pixelsRgba: Uint8ClampedArray<ArrayBuffer>; readonly width: number; readonly height: number } {
  const stored = orientation >= 5 ? { width: height, height: width } : { width, height };
  const turned = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [storedX, storedY] = findStoredPixel(orientation, x, y, width, height);
      for (let channel = 0; channel < 4; channel++) {
        turned[(storedY * stored.width + storedX) * 4 + channel] =
          pixelsRgba[(y * width + x) * 4 + channel] ?? 0;
      }
    }
  }
  return { ...stored, pixelsRgba: turned };
}
