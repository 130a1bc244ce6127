import { useShallow } from 'zustand/react/shallow';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useViewStore } from '../stores/view-store.ts';

/** A picture without what changes while it is worked on: its readers draw again only when the picture is another. */
export type SelectedImage = Omit<LibraryImage, 'outcome' | 'thumbnail' | 'sha256'>;

function describe({
  id,
  name,
  source,
  addedAtMs,
  widthPx,
  heightPx,
  hints,
  isSample,
  task,
}: LibraryImage): SelectedImage {
  return {
    id,
    name,
    source,
    addedAtMs,
    widthPx,
    heightPx,
    hints,
    isSample,
    ...(task !== undefined && { task }),
  };
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
