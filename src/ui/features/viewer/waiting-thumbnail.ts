/** The photo in small, held back for a moment: a photo that is there by then needs no thumbnail before it. */
import type { PresenterClock } from './presenter-clock.ts';

export interface WaitingThumbnail {
  /** Takes the bitmap over; it is shown when the moment is over. */
  hold(thumbnail: ImageBitmap): void;
  /** Not to be waited for any longer; nothing where none waits. */
  showNow(): void;
  /** Closed unseen. */
  drop(): void;
}

/** One drawing less, where the photo comes in time. */
const HELD_MS = 50;

/** @param show takes the bitmap over */
export function createWaitingThumbnail(
  clock: Pick<PresenterClock, 'setTimer'>,
  show: (thumbnail: ImageBitmap) => void,
): WaitingThumbnail {
  let held: ImageBitmap | null = null;
  let cancelTimer: (() => void) | null = null;

  function stopWaiting(): ImageBitmap | null {
    cancelTimer?.();
    cancelTimer = null;
    const thumbnail = held;
    held = null;
    return thumbnail;
  }

  function showNow(): void {
    const thumbnail = stopWaiting();
    if (thumbnail !== null) show(thumbnail);
  }

  return {
    hold(thumbnail) {
      stopWaiting()?.close();
      held = thumbnail;
      cancelTimer = clock.setTimer(showNow, HELD_MS);
    },
    showNow,
    drop: () => stopWaiting()?.close(),
  };
}
