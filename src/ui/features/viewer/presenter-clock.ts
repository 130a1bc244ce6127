/** Frames and time as the presenter sees them: a test moves them by hand. */
export interface PresenterClock {
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  now(): number;
  /** Returns the remover. */
  setTimer(callback: () => void, delayMs: number): () => void;
}
