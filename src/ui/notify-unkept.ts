/** That this browser keeps nothing, as in a private window: one sentence, whichever storage says so first. */
import type { TFunction } from 'i18next';
import { useNoticeStore } from './stores/notice-store.ts';

const TEXTS = {
  results: 'notices.client.cache-unavailable',
  pictures: 'notices.libraryUnavailable',
} as const;

const unkept = new Set<keyof typeof TEXTS>();

export function notifyUnkept(what: keyof typeof TEXTS, t: TFunction): void {
  unkept.add(what);
  const text = unkept.size === 1 ? t(TEXTS[what]) : t('notices.nothingKept');
  useNoticeStore.getState().notify({ id: 'unkept', tone: 'info', text });
}
