import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibraryCounts } from '../../library/card-state.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';

/** Between two readings: often enough to follow, seldom enough to bear. */
const QUIET_MS = 2500;

/** Reads how far the library is, once per pause and once at the end. */
export function useAnnounceProgress(counts: LibraryCounts): void {
  const { t } = useTranslation();
  const latest = useRef(counts);
  const spoken = useRef({ done: counts.done, failed: counts.failed });
  const ended = counts.done + counts.failed;

  useEffect(() => {
    latest.current = counts;
    // Where pictures were removed, or the sample has given way, what comes now is news again.
    const { done, failed } = spoken.current;
    spoken.current = { done: Math.min(done, counts.done), failed: Math.min(failed, counts.failed) };
  });

  useEffect(() => {
    const timer = setTimeout(() => {
      const { done, failed, total } = latest.current;
      const before = spoken.current;
      spoken.current = { done, failed };
      if (done <= before.done && failed <= before.failed) return;
      const { announce } = useNoticeStore.getState();
      announce(t('announce.progress', { done, total }));
      if (failed > before.failed) announce(t('announce.failed', { count: failed }));
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [ended, t]);
}
