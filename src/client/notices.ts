/** Sentences to show once: the same code (of the same model) is not repeated while it is on screen, and quiet ones not after it either. */
import type { ClientNotice } from './inference-client.types.ts';

/** These may come back after they were dismissed; the others are said once per session. */
const REPEATABLE: readonly ClientNotice['code'][] = ['worker-restarted', 'memory-low'];

export interface Notices {
  add(code: ClientNotice['code'], details?: ClientNotice['details']): void;
  dismiss(id: number): void;
  /** Immutable; the same array between changes. */
  list(): readonly ClientNotice[];
}

function subjectOf(code: ClientNotice['code'], { model = '' }: ClientNotice['details']): string {
  return `${code}:${model}`;
}

export function createNotices(onChange: () => void): Notices {
  let notices: readonly ClientNotice[] = [];
  const said = new Set<string>();
  let lastId = 0;
  return {
    add(code, details = {}) {
      const subject = subjectOf(code, details);
      const isShown = notices.some((notice) => subjectOf(notice.code, notice.details) === subject);
      if (isShown || (said.has(subject) && !REPEATABLE.includes(code))) return;
      said.add(subject);
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
