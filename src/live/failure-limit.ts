/** When a configuration is given up. */
import { EngineError } from '../engine/errors.ts';

export interface FailureLimit {
  /** True when this failure is one too many. */
  isReachedBy(error: unknown): boolean;
  /** A frame went well, or another configuration begins. */
  reset(): void;
}

/** Failures in a row after which a configuration is given up. */
const MAX_FAILURES = 3;

/** A model that does not fit will not fit the next frame, either. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof EngineError && (error.code.startsWith('MODEL_') || error.code === 'REQUEST_INVALID')
  );
}

export function createFailureLimit(): FailureLimit {
  let failures = 0;
  return {
    isReachedBy(error) {
      failures += 1;
      return failures >= MAX_FAILURES || isHopeless(error);
    },
    reset() {
      failures = 0;
    },
  };
}
