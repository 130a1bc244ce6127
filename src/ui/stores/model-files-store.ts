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

/** A drop with a graph in it is about a model: everything else of it belongs to that. */
export function holdsModel(files: readonly { readonly name: string }[]): boolean {
  return files.some((file) => /\.onnx$/i.test(file.name));
}
