import { useEffect, useState } from 'react';
import { useNoticeStore } from '../stores/notice-store.ts';

const BATCH_MS = 1000;

/** Reads state changes to screen readers, politely and together: a hundred pictures are not a hundred interruptions. */
export function LiveRegion() {
  const [text, setText] = useState('');
  const hasNews = useNoticeStore((state) => state.announcements.length > 0);

  useEffect(() => {
    if (!hasNews) return;
    const timer = setTimeout(() => {
      const { announcements, takeAnnouncements } = useNoticeStore.getState();
      setText(announcements.slice(-3).join(' '));
      takeAnnouncements();
    }, BATCH_MS);
    return () => clearTimeout(timer);
  }, [hasNews]);

  return (
    <div className="sr-only" role="status" aria-live="polite" data-testid="live-region">
      {text}
    </div>
  );
}
