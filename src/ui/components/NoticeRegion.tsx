import { CircleAlert, Info, X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useNoticeStore } from '../stores/notice-store.ts';
import { Button } from './Button.tsx';

const SHOWN_MS = 8000;

/** Where notices appear. F8 moves the focus here. */
export function NoticeRegion() {
  const { t } = useTranslation();
  const notices = useNoticeStore((state) => state.notices);
  const dismiss = useNoticeStore((state) => state.dismiss);
  return (
    <Toast.Provider duration={SHOWN_MS} label={t('notices.region')} swipeDirection="right">
      {notices.map((notice) => (
        <Toast.Root
          key={notice.id}
          duration={notice.lasting ? Infinity : undefined}
          className="notice"
          data-tone={notice.tone}
          data-testid="notice"
          type={notice.tone === 'error' ? 'foreground' : 'background'}
          onOpenChange={(open) => !open && dismiss(notice.id)}
        >
          {notice.tone === 'error' ? <CircleAlert aria-hidden /> : <Info aria-hidden />}
          <Toast.Description asChild>
            <div>
              {notice.text}
              {notice.action && (
                <div className="notice-actions">
                  <Toast.Action asChild altText={notice.action.label}>
                    <Button onClick={notice.action.run}>{notice.action.label}</Button>
                  </Toast.Action>
                </div>
              )}
            </div>
          </Toast.Description>
          <Toast.Close className="icon-button" aria-label={t('close')}>
            <X aria-hidden />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="notices" />
    </Toast.Provider>
  );
}
