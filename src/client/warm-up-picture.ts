/** A grey picture of 32 x 32 pixels, as an uncompressed BMP: enough to load a model and compile what it needs. */
import type { PipelineRequest, RunRequest } from '../engine/api.ts';

const SIDE_PX = 32;
const HEADER_BYTES = 54;

function createWarmUpPicture(): Blob {
  const pixelBytes = SIDE_PX * SIDE_PX * 3;
  const bytes = new Uint8Array(HEADER_BYTES + pixelBytes).fill(128, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER_BYTES, true);
  // BITMAPINFOHEADER: size, width, height, planes, bits per pixel; no compression.
  view.setUint32(14, 40, true);
  view.setInt32(18, SIDE_PX, true);
  view.setInt32(22, SIDE_PX, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, pixelBytes, true);
  return new Blob([bytes], { type: 'image/bmp' });
}

/** Nobody wants its maps. */
export function makeWarmUpRequest(pipelines: readonly PipelineRequest[]): RunRequest<Blob> {
  return { taskId: 'warm-up', source: createWarmUpPicture(), pipelines };
}
