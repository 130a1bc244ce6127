/** What is being saved. Not in components: a save goes on while other pages and other results are looked at. */
import { create } from 'zustand';
import { isAbortError } from '../../engine/errors.ts';
import { createSaveLine, IDLE, type SaveTask, type SavingState } from '../save-line.ts';
import { useNoticeStore } from './notice-store.ts';

/** Single files, and the ZIP of all; neither waits for the other. */
export type SavingKind = 'files' | 'zip';

interface SavingStore {
  readonly files: SavingState;
  readonly zip: SavingState;
  /** Whether the panel shows what is being saved, and it is on screen. */
  readonly isSeen: Readonly<Record<SavingKind, boolean>>;
  setSeen(kind: SavingKind, isSeen: boolean): void;
  start(kind: SavingKind, task: SaveTask): void;
  cancel(kind: SavingKind): void;
}

export const useSavingStore = create<SavingStore>()((set) => {
  const createLine = (kind: SavingKind) =>
    createSaveLine({
      onChange: (state) => set({ [kind]: state }),
      onSaved: (sentence) => useNoticeStore.getState().announce(sentence),
      onFailed(task, error) {
        if (isAbortError(error)) return;
        console.error('Saving failed', error);
        const text = task.describeFailure(error);
        useNoticeStore.getState().notify({ id: 'save', tone: 'error', text });
      },
    });
  const lines = { files: createLine('files'), zip: createLine('zip') };
  return {
    files: IDLE,
    zip: IDLE,
    isSeen: { files: false, zip: false },
    setSeen: (kind, isSeen) => set((state) => ({ isSeen: { ...state.isSeen, [kind]: isSeen } })),
    start: (kind, task) => lines[kind].add(task),
    cancel: (kind) => lines[kind].cancel(),
  };
});
