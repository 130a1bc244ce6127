/** Looks at imported files, a few at a time, the one in view first. */
import { isAbortError } from '../../engine/errors.ts';

export interface InspectionQueue {
  /** What waits or runs already is not looked at twice. */
  add(ids: readonly string[]): void;
  /** Returns whether it was waiting or running. */
  cancel(id: string): boolean;
  /** Returns what was waiting or running. */
  cancelAll(): readonly string[];
}

interface InspectionQueueOptions {
  readonly concurrency: number;
  inspect(id: string, signal: AbortSignal): Promise<void>;
  onError(id: string, error: unknown): void;
  /** The one to take first where it waits. */
  getPreferredId(): string | null;
}

export function createInspectionQueue(options: InspectionQueueOptions): InspectionQueue {
  const waiting = new Set<string>();
  const running = new Map<string, AbortController>();

  function takeNext(): string | undefined {
    const preferred = options.getPreferredId();
    const next = preferred !== null && waiting.has(preferred) ? preferred : waiting.values().next().value;
    if (next !== undefined) waiting.delete(next);
    return next;
  }

  async function runOne(id: string): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      await options.inspect(id, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted && !isAbortError(error)) options.onError(id, error);
    } finally {
      // A picture that was cancelled and retried has a newer entry.
      if (running.get(id) === controller) running.delete(id);
      fill();
    }
  }

  function fill(): void {
    while (running.size < options.concurrency) {
      const id = takeNext();
      if (id === undefined) return;
      void runOne(id);
    }
  }

  function cancel(id: string): boolean {
    const controller = running.get(id);
    controller?.abort();
    running.delete(id);
    const wasKnown = waiting.delete(id) || controller !== undefined;
    fill();
    return wasKnown;
  }

  return {
    add(ids) {
      for (const id of ids) if (!running.has(id)) waiting.add(id);
      fill();
    },
    cancel,
    cancelAll() {
      const all = [...running.keys(), ...waiting];
      waiting.clear();
      for (const id of running.keys()) cancel(id);
      return all;
    },
  };
}
