/**
 * The latest status of every variant, told on: at once when the state changes, at most five times a second within one. The
 * last of a line is told, too: after it nothing may come for long, where the network has fallen silent.
 */
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

interface StatusBoardOptions {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: StatusEvent, source: StatusSource) => void;
}

interface Entry extends StatusEvent {
  readonly toldAtMs: number;
  readonly isTold: boolean;
  readonly source: StatusSource;
}

export function createStatusBoard({ now, sleep, onEvent }: StatusBoardOptions): StatusBoard {
  const entries = new Map<string, Entry>();
  const waiting = new Set<string>();

  async function tellLater(name: string, toldAtMs: number): Promise<void> {
    if (waiting.has(name)) return;
    waiting.add(name);
    await sleep(toldAtMs + INTERVAL_MS - now(), new AbortController().signal);
    waiting.delete(name);
    const entry = entries.get(name);
    if (entry === undefined || entry.isTold) return;
    entries.set(name, { ...entry, toldAtMs: now(), isTold: true });
    onEvent({ key: entry.key, status: entry.status }, entry.source);
  }

  return {
    get: (key) => entries.get(formatVariantKey(key))?.status ?? { state: 'absent' },
    set(key, status, source = 'here') {
      const name = formatVariantKey(key);
      const last = entries.get(name);
      const isTold =
        last === undefined || !isProgress(last.status, status) || now() - last.toldAtMs >= INTERVAL_MS;
      entries.set(name, { key, status, toldAtMs: isTold ? now() : last.toldAtMs, isTold, source });
      if (isTold) onEvent({ key, status }, source);
      else void tellLater(name, last.toldAtMs);
    },
    list: () => [...entries.values()].map(({ key, status }) => ({ key, status })),
  };
}

/** Progress within one phase may be skipped; anything else is news. */
function isProgress(last: VariantStatus, next: VariantStatus): boolean {
  if (last.state === 'verifying') return next.state === 'verifying';
  return last.state === 'downloading' && next.state === 'downloading' && last.phase === next.phase;
}
