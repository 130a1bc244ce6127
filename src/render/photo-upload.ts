/** Pictures to textures, also where the browser's own way fails. */
import { EngineError } from '../engine/errors.ts';

/** What a renderer is given as a picture. */
export type Picture = ImageBitmap | OffscreenCanvas;

export interface PhotoUpload {
  /** Into the texture that is bound. */
  (picture: Picture): void;
}

/** A lost context answers with the same word for ever. */
function clearErrors(gl: WebGL2RenderingContext): void {
  for (let error = gl.getError(); error !== gl.NO_ERROR && error !== gl.CONTEXT_LOST_WEBGL;)
    error = gl.getError();
}

function readPixels(picture: Picture): ImageData {
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new EngineError('INTERNAL', 'No 2D context to read a picture');
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/**
 * WebKit without a GPU process refuses pictures in workers ("bad image data") and leaves them black: the first one is
 * asked about, as asking waits for the GPU; where it was refused, pixels are read and given.
 */
export function createPhotoUpload(gl: WebGL2RenderingContext): PhotoUpload {
  const upload = (source: Picture | ImageData) =>
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, source);
  let isTaken: boolean | null = null;
  return (picture) => {
    if (isTaken === null) {
      clearErrors(gl);
      upload(picture);
      const error = gl.getError();
      isTaken = error !== gl.INVALID_VALUE && error !== gl.INVALID_OPERATION;
      if (isTaken) return;
    }
    upload(isTaken ? picture : readPixels(picture));
  };
}
