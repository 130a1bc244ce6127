import { useTranslation } from 'react-i18next';
import { useClientSnapshot } from '../services.tsx';

interface BackendText {
  /** `WASM · 2 workers` */
  readonly short: string;
  /** Why: one sentence. */
  readonly reason: string;
}

/** What computes, in words. */
export function useBackendText(): BackendText {
  const { t } = useTranslation();
  const backend = useClientSnapshot((snapshot) => snapshot.backend);
  const isBusy = useClientSnapshot((snapshot) => snapshot.processingCount + snapshot.queuedCount > 0);
  const reason = t(`backendReason.${backend.reason.code}`);
  if (backend.executionProvider === null) {
    if (isBusy) return { short: t('status.starting'), reason };
    // What will compute may be known before it has started.
    const isPlanned = backend.reason.code !== 'starting';
    const hint = t('status.readyHint');
    return { short: t('status.ready'), reason: isPlanned ? `${hint} ${reason}` : hint };
  }
  const name = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' }[backend.executionProvider];
  const parts = [name];
  if (backend.workers > 0) parts.push(t('status.workers', { count: backend.workers }));
  if (backend.threadsPerWorker > 1) parts.push(t('status.threadsEach', { count: backend.threadsPerWorker }));
  return { short: parts.join(' · '), reason };
}
