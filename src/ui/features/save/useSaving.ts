import { useSavingStore, type SavingKind } from '../../stores/saving-store.ts';
import type { SaveTask, SavingState } from '../../save-line.ts';

/** One line of saves: what it is at, and how to add to it and to give it up. */
export function useSaving(kind: SavingKind): {
  readonly state: SavingState;
  start(task: SaveTask): void;
  cancel(): void;
} {
  const state = useSavingStore((store) => store[kind]);
  const { start, cancel } = useSavingStore.getState();
  return { state, start: (task) => start(kind, task), cancel: () => cancel(kind) };
}
