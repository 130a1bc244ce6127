/** The photo on the GPU, with mipmaps for when it is shown smaller than it is. */
import { EngineError } from '../engine/errors.ts';
import { bindTexture, createTexture } from './gpu-program.ts';
import type { PhotoUpload, Picture } from './photo-upload.ts';
import { UNIT } from './texture-units.ts';

export interface PhotoTexture {
  /** True when the texture held another photo. */
  upload(photo: ImageBitmap): boolean;
  /** Crisp: pixels of an enlarged photo stay squares. */
  setCrisp(isCrisp: boolean): void;
  dispose(): void;
}

export function createPhotoTexture(
  gl: WebGL2RenderingContext,
  maxSidePx: number,
  uploadPicture: PhotoUpload,
): PhotoTexture {
  const texture = createTexture(gl, UNIT.photo, gl.LINEAR_MIPMAP_LINEAR);
  let uploaded: ImageBitmap | null = null;
  return {
    upload(photo) {
      if (uploaded === photo) return false;
      bindTexture(gl, UNIT.photo, texture);
      uploadPicture(fitPhoto(photo, maxSidePx));
      gl.generateMipmap(gl.TEXTURE_2D);
      uploaded = photo;
      return true;
    },
    setCrisp(isCrisp) {
      bindTexture(gl, UNIT.photo, texture);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, isCrisp ? gl.NEAREST : gl.LINEAR);
    },
    dispose: () => gl.deleteTexture(texture),
  };
}

/** The photo, or a copy that the GPU can hold. */
function fitPhoto(photo: ImageBitmap, maxSidePx: number): Picture {
  const shrink = Math.max(photo.width, photo.height) / maxSidePx;
  if (shrink <= 1) return photo;
  const copy = new OffscreenCanvas(
    Math.max(1, Math.floor(photo.width / shrink)),
    Math.max(1, Math.floor(photo.height / shrink)),
  );
  const context = copy.getContext('2d', { alpha: false });
  if (context === null) throw new EngineError('INTERNAL', 'No 2D context to shrink the photo');
  context.imageSmoothingQuality = 'high';
  context.drawImage(photo, 0, 0, copy.width, copy.height);
  return copy;
}
