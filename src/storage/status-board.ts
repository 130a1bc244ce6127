/** The latest status of every variant, told on: at once when the state changes, at most five times a second within one. */
import { formatVariantKey, type VariantKey } from '../platform/browser/model-files.ts';
import type { StatusEvent, VariantStatus } from '../worker/storage-api.ts';

const INTERVAL_MS = 200;

export type StatusSource = 'here' | 'other-tab';

export interface StatusBoard {
  get(key: VariantKey): VariantStatus;
  /** `other-tab`: heard, not to be told on to other tabs again. */
  set(key: VariantKey, status: VariantStatus, source?: StatusSource): void;
  list(): readonly StatusEvent[];
}

export function createStatusBoard(
  now: () => number,
  onEvent: (event: StatusEvent, source: StatusSource) => void,
): StatusBoard {
  const entries = new Map<string, StatusEvent & { readonly toldAtMs: number }>();
  return {
    get: (key) => entries.get(formatVariantKey(key))?.status ?? { state: 'absent' },
    set(key, status, source = 'here') {
      const name = formatVariantKey(key);
      const last = entries.get(name);
      const isTold =
        last === undefined || !isProgress(last.status, status) || now() - last.toldAtMs >= INTERVAL_MS;
      entries.set(name, { key, status, toldAtMs: isTold ? now() : last.toldAtMs });
      if (isTold) onEvent({ key, status }, source);
    },
    list: () => [...entries.values()].map(({ key, status }) => ({ key, status })),
  };
}

/** Progress within one phase may be skipped; anything else is news. */
function isProgress(last: VariantStatus, next: VariantStatus): boolean {
  if (last.state === 'verifying') return next.state === 'verifying';
  return last.state === 'downloading' && next.state === 'downloading' && last.phase === next.phase;
}
