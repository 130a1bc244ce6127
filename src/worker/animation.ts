/** Tells moving pictures from still ones, so that a card can say that the first frame is used. */
import type { ImageFormat } from '../engine/image/header.ts';

const ascii = (bytes: Uint8Array, start: number, length: number) =>
  String.fromCharCode(...bytes.subarray(start, start + length));

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

/** APNG: an `acTL` chunk before the first `IDAT`. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + u32(bytes, at)) {
    const type = ascii(bytes, at + 4, 4);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

/** WebP: the animation flag of the extended header. */
function isAnimatedWebp(bytes: Uint8Array): boolean {
  return ascii(bytes, 12, 4) === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
}

function colorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

/** Position after a chain of GIF sub-blocks. */
function skipSubBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let length = bytes[at] ?? 0; length !== 0; length = bytes[at] ?? 0) at += 1 + length;
  return at + 1;
}

/** GIF: a second image descriptor. */
function isAnimatedGif(bytes: Uint8Array): boolean {
  let frames = 0;
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x21) at = skipSubBlocks(bytes, at + 2);
    else if (block === 0x2c) {
      frames++;
      if (frames > 1) return true;
      at = skipSubBlocks(bytes, at + 11 + colorTableBytes(bytes[at + 9] ?? 0));
    } else return false;
  }
  return false;
}

/** True when the whole file (`bytes`) holds more than one frame. */
export function isAnimated(bytes: Uint8Array, format: ImageFormat): boolean {
  switch (format) {
    case 'png':
      return isAnimatedPng(bytes);
    case 'webp':
      return isAnimatedWebp(bytes);
    case 'gif':
      return isAnimatedGif(bytes);
    case 'avif':
      return ascii(bytes, 8, 4) === 'avis';
    case 'jpeg':
    case 'bmp':
      return false;
  }
}
