import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useViewStore } from '../stores/view-store.ts';

/** The picture in the viewer; null while nothing is selected. */
export function useSelectedImage(): LibraryImage | null {
  const selectedId = useViewStore((state) => state.selectedImageId);
  return useLibraryStore((state) => state.images.find((image) => image.id === selectedId) ?? null);
}
