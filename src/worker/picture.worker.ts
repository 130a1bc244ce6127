/** Composition root of the picture worker: inspection and decoding, over Comlink. */
import { expose, transfer } from 'comlink';
import { identifyPicture, previewPicture } from './inspect-picture.ts';
import type { PictureWorkerApi } from './picture-api.ts';
import { cropOnWhite, decodeBitmap, readHeader } from './picture-decode.ts';
import { replyOf } from './reply.ts';

async function decodeProxy(file: Blob, maxSidePx: number): Promise<ImageBitmap> {
  const header = await readHeader(file);
  const bitmap = await decodeBitmap(file, header, maxSidePx);
  if (!header.hasAlpha) return bitmap;
  try {
    return await cropOnWhite(bitmap, { x: 0, y: 0, width: bitmap.width, height: bitmap.height }, true);
  } finally {
    bitmap.close();
  }
}

const api: PictureWorkerApi = {
  identify: (file) => replyOf(() => identifyPicture(file)),
  preview: (file) => replyOf(() => previewPicture(file)),
  async decodeProxy(file, maxSidePx) {
    const reply = await replyOf(() => decodeProxy(file, maxSidePx));
    return reply.ok ? transfer(reply, [reply.value]) : reply;
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
