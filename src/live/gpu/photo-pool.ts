/** Photos on the GPU, used again from frame to frame. */
import type { PictureSize } from '../view-geometry.ts';

export interface PhotoPool<Photo> {
  /** A photo of this size that is not `inUse`; others that are not are destroyed. */
  take(size: PictureSize, inUse: readonly (Photo | null)[]): Photo;
  dispose(): void;
}

/** On screen, under way, and one to fill: there are never more than three. */
export function createPhotoPool<Photo extends PictureSize>(
  create: (size: PictureSize) => Photo,
  destroy: (photo: Photo) => void,
): PhotoPool<Photo> {
  const photos = new Set<Photo>();
  return {
    take({ widthPx, heightPx }, inUse) {
      let found: Photo | null = null;
      for (const photo of photos) {
        if (inUse.includes(photo)) continue;
        if (found === null && photo.widthPx === widthPx && photo.heightPx === heightPx) found = photo;
        else {
          destroy(photo);
          photos.delete(photo);
        }
      }
      if (found !== null) return found;
      const photo = create({ widthPx, heightPx });
      photos.add(photo);
      return photo;
    },
    dispose() {
      for (const photo of photos) destroy(photo);
      photos.clear();
    },
  };
}
