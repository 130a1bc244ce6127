import { useShallow } from 'zustand/react/shallow';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useViewStore } from '../stores/view-store.ts';

/** A picture without what changes while it is worked on: its readers draw again only when the picture is another. */
export type SelectedImage = Omit<LibraryImage, 'outcome' | 'sha256'>;

function describe(image: LibraryImage): SelectedImage {
  const { id, name, source, addedAtMs, widthPx, heightPx, thumbnail, hints, isSample, task = null } = image;
  return { id, name, source, addedAtMs, widthPx, heightPx, thumbnail, hints, isSample, task };
}

/** The picture in the viewer; null while nothing is selected. */
export function useSelectedImage(): SelectedImage | null {
  const selectedId = useViewStore((state) => state.selectedImageId);
  return useLibraryStore(
    useShallow((state) => {
      const image = state.images.find(({ id }) => id === selectedId);
      return image === undefined ? null : describe(image);
    }),
  );
}
