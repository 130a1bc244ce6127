import { Ban, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import type { LibraryCounts } from '../../library/card-state.ts';
import { useServices } from '../../services.tsx';
import { useNoticeStore } from '../../stores/notice-store.ts';

/** How far the library is, and what can be done with all of it. */
export function StripActions({ counts }: { readonly counts: LibraryCounts }) {
  const { library } = useServices();
  const { t } = useTranslation();
  const format = useFormat();
  const [isAsking, setAsking] = useState(false);
  if (counts.total === 0) return null;
  const isActive = counts.active > 0;

  const clear = () => {
    setAsking(false);
    useNoticeStore.getState().announce(t('announce.removed', { count: counts.total }));
    void library.clear();
  };

  return (
    <div className="strip-end">
      <p className="strip-summary num">
        <span>
          {isActive
            ? t('library.progress', { done: format.number(counts.done), total: format.number(counts.total) })
            : t('library.countDone', { count: counts.total })}
        </span>
        {counts.failed > 0 && (
          <span className="strip-failed">{t('library.failedCount', { count: counts.failed })}</span>
        )}
      </p>
      <div className="strip-actions">
        <IconButton
          label={t('library.cancelAll')}
          tooltipSide="top"
          icon={<Ban aria-hidden />}
          disabled={!isActive}
          onClick={() => library.cancelAll()}
        />
        <IconButton
          label={t('library.clear')}
          tooltipSide="top"
          icon={<Trash2 aria-hidden />}
          onClick={() => setAsking(true)}
        />
      </div>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('library.confirmTitle')}
        size="small"
        foot={
          <>
            <Button onClick={() => setAsking(false)}>{t('cancel')}</Button>
            <Button variant="danger" onClick={clear}>
              {t('library.confirm')}
            </Button>
          </>
        }
      >
        <p>{t('library.confirmText', { count: counts.total })}</p>
      </Dialog>
    </div>
  );
}
