/** The network's input size from frame to frame: as chosen, or moved to hold a rate. */
import type { LiveConfig } from '../worker/live-api.ts';
import { createPace, type Pace } from './pace.ts';

/** What of a configuration the size depends on. */
type DetailWish = Pick<LiveConfig, 'targetFps' | 'request'>;

export interface DetailChoice {
  /** Begins with the chosen size where rate, model or size are other than before. */
  configure(next: DetailWish): void;
  /** Takes the time of a processed frame. */
  learn(frameMs: number): void;
  readonly px: number;
}

export function createDetailChoice(): DetailChoice {
  let current: DetailWish | null = null;
  let pace: Pace | null = null;
  let px = 0;
  return {
    configure(next) {
      const previous = current;
      current = next;
      const { model, options } = next.request;
      const isSame =
        previous?.targetFps === next.targetFps &&
        previous.request.model.id === model.id &&
        previous.request.options.detailPx === options.detailPx;
      if (isSame) return;
      px = options.detailPx;
      pace = next.targetFps === null ? null : createPace(model.input.detail, next.targetFps, px);
    },
    learn(frameMs) {
      if (pace !== null) px = pace.next(frameMs);
    },
    get px() {
      return px;
    },
  };
}
