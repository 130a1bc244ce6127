/** What import learns of a file: is it a picture, how large, what does it look like. */
import { EngineError } from '../engine/errors.ts';
import { isAnimated } from './animation.ts';
import type { PictureIdentity, PicturePreview } from './picture-api.ts';
import { decodeBitmap, readBytes, readHeader, shrinkOnWhite } from './picture-decode.ts';

const THUMBNAIL_SIDE_PX = 256;
const THUMBNAIL_QUALITY = 0.85;

function toHex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Hex sha256. */
async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Missing on plain http, whatever the types say.
  const subtle: SubtleCrypto | undefined = crypto.subtle;
  if (subtle !== undefined) return toHex(await subtle.digest('SHA-256', bytes));
  const { sha256 } = await import('hash-wasm');
  return sha256(bytes);
}

/** A format that may be transparent often is not (screenshots): look at the pixels. */
function isTransparent(bitmap: ImageBitmap): boolean {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', {
    willReadFrequently: true,
  });
  if (context === null) throw new EngineError('OUT_OF_MEMORY', 'No canvas for a thumbnail');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 255) < 255) return true;
  return false;
}

/** Header and hash; nothing is decoded. Throws IMAGE_*. */
export async function identifyPicture(file: Blob): Promise<PictureIdentity> {
  const header = await readHeader(file);
  const bytes = await readBytes(file);
  return {
    sha256: await hashBytes(bytes),
    widthPx: header.widthPx,
    heightPx: header.heightPx,
    format: header.format,
    hints: isAnimated(bytes, header.format) ? ['first-frame'] : [],
  };
}

/** Decodes once, shrunk. Throws IMAGE_*. */
export async function previewPicture(file: Blob): Promise<PicturePreview> {
  const header = await readHeader(file);
  const bitmap = await decodeBitmap(file, header, THUMBNAIL_SIDE_PX);
  try {
    const canvas = shrinkOnWhite(bitmap, THUMBNAIL_SIDE_PX);
    return {
      thumbnail: await canvas.convertToBlob({ type: 'image/jpeg', quality: THUMBNAIL_QUALITY }),
      hints: header.hasAlpha && isTransparent(bitmap) ? ['transparency-on-white'] : [],
    };
  } finally {
    bitmap.close();
  }
}
