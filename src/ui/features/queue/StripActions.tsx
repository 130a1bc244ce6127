import { Ban, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { useLibraryCounts } from '../../hooks/useCardState.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useServices } from '../../services.tsx';

const ClearLibraryDialog = lazy(async () => ({
  default: (await import('../../components/ClearLibraryDialog.tsx')).ClearLibraryDialog,
}));

/** How far the library is, and what can be done with all of it. */
export function StripActions() {
  const { library } = useServices();
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useLibraryCounts();
  const [isAsking, setAsking] = useState(false);
  if (counts.total === 0) return null;
  const isActive = counts.active > 0;

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
      {isAsking && (
        <Suspense>
          <ClearLibraryDialog isOpen onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </div>
  );
}
