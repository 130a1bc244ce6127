import { Cpu, WifiOff, Zap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Tooltip } from '../../components/Tooltip.tsx';
import { useBackendText } from '../../hooks/useBackendText.ts';
import { useLibraryCounts } from '../../hooks/useCardState.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useIsOnline } from '../../hooks/useIsOnline.ts';
import { useClientSnapshot } from '../../services.tsx';
import { useViewStore } from '../../stores/view-store.ts';

/** What computes, how busy it is, how long the line is. Opens the settings. */
export function StatusPill() {
  const { t } = useTranslation();
  const format = useFormat();
  const backend = useClientSnapshot((snapshot) => snapshot.backend);
  const queuedCount = useClientSnapshot((snapshot) => snapshot.queuedCount);
  const processingCount = useClientSnapshot((snapshot) => snapshot.processingCount);
  const { short, reason } = useBackendText();
  // Files that are still being read wait too.
  const waitingCount = Math.max(queuedCount, useLibraryCounts().active - processingCount);
  const isOnline = useIsOnline();
  const isBusy = processingCount > 0 || waitingCount > 0;
  const parts = [
    ...(processingCount > 0
      ? [
          t('status.busy', {
            busy: format.number(backend.busyWorkers),
            workers: format.number(backend.workers),
          }),
        ]
      : []),
    ...(waitingCount > 0 ? [t('status.waiting', { count: waitingCount })] : []),
  ];
  return (
    <Tooltip text={isOnline ? reason : `${reason} ${t('status.offline')}`}>
      <button
        type="button"
        className="status-pill"
        data-busy={isBusy ? '' : undefined}
        aria-description={t('status.label')}
        onClick={() => useViewStore.getState().setOpenPanel('settings')}
      >
        {isOnline ? (
          backend.executionProvider === 'webgpu' ? (
            <Zap aria-hidden />
          ) : (
            <Cpu aria-hidden />
          )
        ) : (
          <WifiOff aria-hidden />
        )}
        <span
          data-testid="status-backend"
          data-execution-provider={backend.executionProvider ?? ''}
          data-workers={backend.workers}
          data-threads={backend.threadsPerWorker}
        >
          {short}
        </span>
        <span
          className="status-queue num"
          data-testid="status-queue"
          data-queued={queuedCount}
          data-processing={processingCount}
          data-busy-workers={backend.busyWorkers}
        >
          {parts.length > 0 ? parts.join(' · ') : t('status.idle')}
        </span>
      </button>
    </Tooltip>
  );
}
