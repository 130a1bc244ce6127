/** The imported pictures; written by `library-commands.ts`, and for other tabs by `library-tabs.ts`. Their tasks live in the client. */
import { create } from 'zustand';
import type { TaskView } from '../../client/inference-client.types.ts';
import type { PipelineId } from '../../engine/api.ts';
import type { WireError } from '../../engine/errors.ts';
import type { TaskChoice } from '../task-id.ts';

/** How a picture's last task ended; kept over a reload so that a cancelled or failed picture does not run again by itself. */
export type Outcome =
  | { readonly state: 'open' }
  | { readonly state: 'done' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: WireError };

/** A task that waits or runs. */
export type ActiveTask = Extract<TaskView, { state: 'queued' | 'processing' }>;
export type ActiveTasks = Readonly<Partial<Record<PipelineId, ActiveTask>>>;

/** The work of another tab on a picture. */
export interface Elsewhere {
  readonly tab: string;
  /** How far it is, as that tab tells a few times a second; none before it did. */
  readonly tasks: ActiveTasks;
}

export interface LibraryImage {
  readonly id: string;
  /** File name, or a made-up one for pasted pictures. */
  readonly name: string;
  readonly source: Blob;
  readonly addedAtMs: number;
  /** null until inspected. Hex. */
  readonly sha256: string | null;
  /** Upright size; null until inspected. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** Small WebP or PNG; null until made. */
  readonly thumbnail: Blob | null;
  /** What the user should know: 'transparency-on-white', 'first-frame', 'svg-rasterised'. */
  readonly hints: readonly string[];
  readonly isSample: boolean;
  /** What is wanted of this picture; null or absent: as for all. */
  readonly task?: TaskChoice | null;
  readonly outcome: Outcome;
  /** Another tab works on it; null or absent: none does. Not kept. */
  readonly elsewhere?: Elsewhere | null;
}

interface LibraryState {
  readonly images: readonly LibraryImage[];
  readonly isRestored: boolean;
  /** Nothing was kept, and a picture of ours is on its way into its place. */
  readonly isDemoDue: boolean;
  add(images: readonly LibraryImage[]): void;
  /** Many pictures in one go; the others keep their identity. */
  update(changes: ReadonlyMap<string, Partial<Omit<LibraryImage, 'id'>>>): void;
  remove(ids: readonly string[]): void;
  /** Each to the place it had, the foremost first. */
  putBack(pictures: readonly { readonly image: LibraryImage; readonly index: number }[]): void;
  /** Pictures of another tab, among the others by when they came. */
  adopt(images: readonly LibraryImage[]): void;
  restore(images: readonly LibraryImage[], isDemoDue?: boolean): void;
  giveUpDemo(): void;
}

export const useLibraryStore = create<LibraryState>()((set) => ({
  images: [],
  isRestored: false,
  isDemoDue: false,
  add: (images) => set((state) => ({ images: [...state.images, ...images], isDemoDue: false })),
  update: (changes) =>
    set((state) => ({
      images: state.images.map((image) => {
        const change = changes.get(image.id);
        return change === undefined ? image : { ...image, ...change };
      }),
    })),
  remove: (ids) => {
    const gone = new Set(ids);
    set((state) => ({ images: state.images.filter((image) => !gone.has(image.id)) }));
  },
  putBack: (pictures) =>
    set((state) => {
      const images = [...state.images];
      for (const { image, index } of pictures) images.splice(index, 0, image);
      return { images };
    }),
  adopt: (images) =>
    set((state) => ({
      images: [...state.images, ...images].toSorted((a, b) => a.addedAtMs - b.addedAtMs),
      isDemoDue: false,
    })),
  restore: (images, isDemoDue = false) =>
    set((state) => ({ images: [...images, ...state.images], isRestored: true, isDemoDue })),
  giveUpDemo: () => set({ isDemoDue: false }),
}));
