import type { LibraryImage } from '../stores/library-store.ts';

/** Which picture is shown when `id` goes together with all that are `gone`: the next one that stays, else the one before. */
export function findNeighbour(
  images: readonly LibraryImage[],
  id: string,
  gone: ReadonlySet<string>,
): LibraryImage | undefined {
  const index = images.findIndex((image) => image.id === id);
  const stays = (image: LibraryImage) => !gone.has(image.id);
  return images.slice(index + 1).find(stays) ?? images.slice(0, index).findLast(stays);
}
