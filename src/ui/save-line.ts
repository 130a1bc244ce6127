/** Saves that were asked for, one after another. No React. */

export interface SavingState {
  /** What is being made, in words; null: nothing. */
  readonly text: string | null;
  /** 0..1; null: not known. */
  readonly fraction: number | null;
  /** Asked for meanwhile. */
  readonly waitingCount: number;
}

/** Nothing is being made. */
export const IDLE: SavingState = { text: null, fraction: null, waitingCount: 0 };

export interface SaveTask {
  /** Shown while it runs. */
  readonly text: string;
  /** The sentence when it failed. */
  describeFailure(error: unknown): string;
  /** Called in the turn of `add` where nothing runs. Returns the sentence when it is done; null: it has said it itself. */
  run(options: {
    readonly signal: AbortSignal;
    onProgress(fraction: number | null, text?: string): void;
  }): Promise<string | null>;
}

export interface SaveLine {
  /** Runs the task when those before it have ended, well or not. */
  add(task: SaveTask): void;
  /** Aborts the one that runs and forgets the others. */
  cancel(): void;
}

export interface SaveLineOptions {
  onChange(state: SavingState): void;
  onSaved(sentence: string): void;
  /** Aborts as well. */
  onFailed(task: SaveTask, error: unknown): void;
}

export function createSaveLine({ onChange, onSaved, onFailed }: SaveLineOptions): SaveLine {
  const waiting: SaveTask[] = [];
  let running: AbortController | null = null;
  let shown = IDLE;

  function show(change: Partial<SavingState>): void {
    shown = { ...shown, ...change, waitingCount: waiting.length };
    onChange(shown);
  }

  async function runAll(): Promise<void> {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const controller = new AbortController();
      running = controller;
      const { text: ownText } = task;
      show({ text: ownText, fraction: null });
      try {
        const sentence = await task.run({
          signal: controller.signal,
          onProgress: (fraction, text = ownText) => show({ text, fraction }),
        });
        if (sentence !== null) onSaved(sentence);
      } catch (error) {
        onFailed(task, error);
      }
    }
    running = null;
    show(IDLE);
  }

  return {
    add(task) {
      waiting.push(task);
      if (running === null) void runAll();
      else show({});
    },
    cancel() {
      waiting.length = 0;
      running?.abort();
    },
  };
}
