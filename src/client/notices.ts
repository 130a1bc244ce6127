/** Sentences to show once: the same code is not repeated while it is on screen, and quiet ones not after it either. */
import type { ClientNotice } from './inference-client.types.ts';

/** These may come back after they were dismissed; the others are said once per session. */
const REPEATABLE: readonly ClientNotice['code'][] = ['worker-restarted', 'memory-low'];

export interface Notices {
  add(code: ClientNotice['code'], details?: ClientNotice['details']): void;
  dismiss(id: number): void;
  /** Immutable; the same array between changes. */
  list(): readonly ClientNotice[];
}

export function createNotices(onChange: () => void): Notices {
  let notices: readonly ClientNotice[] = [];
  const said = new Set<ClientNotice['code']>();
  let lastId = 0;
  return {
    add(code, details = {}) {
      const isShown = notices.some((notice) => notice.code === code);
      if (isShown || (said.has(code) && !REPEATABLE.includes(code))) return;
      said.add(code);
      lastId += 1;
      notices = [...notices, { id: lastId, code, details }];
      onChange();
    },
    dismiss(id) {
      notices = notices.filter((notice) => notice.id !== id);
      onChange();
    },
    list: () => notices,
  };
}
