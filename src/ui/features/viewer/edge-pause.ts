/** Where the processor draws, following edges waits for a pause: a new map shows at once, and a moving camera stays smooth. */
import type { PresenterClock } from './presenter-clock.ts';

export interface EdgePause {
  /** Edges are not to be followed yet. */
  readonly isWaiting: boolean;
  /** Something that edges depend on changed: the pause begins anew. */
  begin(): void;
  cancel(): void;
}

const PAUSE_MS = 120;

/** @param onEnd nothing has changed for the whole pause */
export function createEdgePause(clock: Pick<PresenterClock, 'setTimer'>, onEnd: () => void): EdgePause {
  let cancelTimer: (() => void) | null = null;
  return {
    get isWaiting() {
      return cancelTimer !== null;
    },
    begin() {
      cancelTimer?.();
      cancelTimer = clock.setTimer(() => {
        cancelTimer = null;
        onEnd();
      }, PAUSE_MS);
    },
    cancel() {
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}
