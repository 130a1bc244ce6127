/** Model files that were dropped or chosen and wait to be looked into. */
import { create } from 'zustand';

interface ModelFilesState {
  readonly pending: readonly File[] | null;
  offer(files: readonly File[]): void;
  /** The files that wait; they wait no more. */
  take(): readonly File[] | null;
}

export const useModelFilesStore = create<ModelFilesState>()((set, get) => ({
  pending: null,
  offer: (pending) => set({ pending }),
  take() {
    const { pending } = get();
    if (pending !== null) set({ pending: null });
    return pending;
  },
}));
