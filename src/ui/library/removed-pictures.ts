/** Pictures that were removed, so that a removal can be undone while the page is open. */
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useParsingStore } from '../stores/parsing-store.ts';
import { useViewStore, type RangeChoice } from '../stores/view-store.ts';

interface RemovedPicture {
  readonly image: LibraryImage;
  /** Its place when it went. */
  readonly index: number;
  readonly range: RangeChoice | undefined;
  readonly hiddenPeople: readonly number[];
}

export interface RemovedPictures {
  /** Before they are removed. */
  remember(ids: readonly string[]): void;
  /** Puts the last removed back into the stores, in their places; none where nothing was removed. */
  putBackLast(): readonly LibraryImage[];
  forget(): void;
}

/** A picture that was removed keeps its bytes reachable: not for ever. */
const MAX_REMOVALS = 20;

export function createRemovedPictures(): RemovedPictures {
  const removals: (readonly RemovedPicture[])[] = [];
  return {
    remember(ids) {
      const gone = new Set(ids);
      const { ranges } = useViewStore.getState();
      const { hiddenPeople } = useParsingStore.getState();
      const removed = useLibraryStore
        .getState()
        .images.map((image, index): RemovedPicture => ({
          image,
          index,
          range: ranges[image.id],
          hiddenPeople: hiddenPeople[image.id] ?? [],
        }))
        .filter(({ image }) => gone.has(image.id));
      if (removed.length > 0) removals.push(removed);
      removals.splice(0, removals.length - MAX_REMOVALS);
    },
    putBackLast() {
      const removed = removals.pop() ?? [];
      useLibraryStore.getState().putBack(removed);
      for (const { image, range, hiddenPeople } of removed) {
        if (range !== undefined) useViewStore.getState().setRange(image.id, range);
        for (const person of hiddenPeople) useParsingStore.getState().togglePerson(image.id, person);
      }
      return removed.map(({ image }) => image);
    },
    forget: () => void removals.splice(0),
  };
}
