/** What is being saved or copied. Not in components: it goes on while other pages and other results are looked at. */
import { create } from 'zustand';
import { isAbortError } from '../../engine/errors.ts';
import { createSaveLine, IDLE, type SaveTask, type SavingState } from '../save-line.ts';
import { useNoticeStore } from './notice-store.ts';

/** Single files, the ZIP of all, and the clipboard; none waits for the others. */
export type SavingKind = 'files' | 'zip' | 'copy';

interface SavingStore {
  readonly files: SavingState;
  readonly zip: SavingState;
  readonly copy: SavingState;
  /** Whether the panel shows it, and it is on screen. */
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
  const lines = { files: createLine('files'), zip: createLine('zip'), copy: createLine('copy') };
  return {
    files: IDLE,
    zip: IDLE,
    copy: IDLE,
    isSeen: { files: false, zip: false, copy: false },
    setSeen: (kind, isSeen) => set((state) => ({ isSeen: { ...state.isSeen, [kind]: isSeen } })),
    start: (kind, task) => lines[kind].add(task),
    cancel: (kind) => lines[kind].cancel(),
  };
});

/** Whether anything is under way. */
export function isSaving({ files, zip, copy }: SavingStore): boolean {
  return [files, zip, copy].some(({ text }) => text !== null);
}
