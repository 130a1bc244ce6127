/** What a user does with pictures. */
import type { TaskChoice } from '../task-id.ts';

export interface ImportFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface LibraryCommands {
  /** Adds pictures, selects the first and starts their work. Returns how many did not fit. */
  importFiles(
    files: readonly ImportFile[],
    options?: { readonly isSample?: boolean },
  ): { readonly leftOutCount: number };
  /** Shows a picture of ours that gives way to the first import and is not kept; null: it cannot be had. */
  showDemo(file: ImportFile | null): void;
  /** Brings back what an earlier visit left, and continues it. */
  restore(): Promise<void>;
  /** Shows the picture and moves its task to the front. */
  select(id: string): void;
  /** Shows the next (1) or the previous (-1) picture; stops at the ends. */
  step(direction: 1 | -1): void;
  retry(id: string): void;
  /** Computes finished pictures again with the settings of now. */
  rerun(ids: readonly string[]): void;
  /** What is wanted of one picture; null: as for all. Starts what is missing, cancels what is no longer wanted. */
  setTask(id: string, task: TaskChoice | null): void;
  cancel(id: string): void;
  cancelAll(): void;
  remove(ids: readonly string[]): void;
  /** Brings the last removed pictures back, shows the first and returns their names. None: nothing to undo. */
  undoRemove(): readonly string[];
  /** Removes everything, here and in storage. For good. */
  clear(): Promise<void>;
  dispose(): void;
}
