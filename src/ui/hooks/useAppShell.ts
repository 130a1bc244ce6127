import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShellSnapshot } from '../../pwa/register.ts';
import { useClientSnapshot, useModelSnapshot, useServices } from '../services.tsx';
import { useNoticeStore } from '../stores/notice-store.ts';
import { isSaving, useSavingStore } from '../stores/saving-store.ts';
import { useHoldWork } from './useHoldWork.ts';

/** The installed app: offline state, updates, installation. */
export function useShellSnapshot(): ShellSnapshot {
  const { shell } = useServices();
  return useSyncExternalStore(shell.subscribe, shell.getSnapshot);
}

/** Tells the app when work runs, so that no update cuts it off, and offers new versions. Once per page. */
export function useAppShell(): void {
  const { shell } = useServices();
  const { t } = useTranslation('models');
  const { update, wasReloadedForThreads, canReloadForThreads } = useShellSnapshot();
  const isComputing = useClientSnapshot((snapshot) => snapshot.queuedCount + snapshot.processingCount > 0);
  const isDownloading = useModelSnapshot((snapshot) =>
    snapshot.models.some(({ status }) => status.state === 'downloading' || status.state === 'verifying'),
  );
  const isSavingNow = useSavingStore(isSaving);
  const isBusy = isComputing || isDownloading || isSavingNow;

  useHoldWork(isBusy);

  useEffect(() => {
    if (update === 'ready') {
      useNoticeStore.getState().notify({
        id: 'update',
        tone: 'info',
        text: t('app.updateReady'),
        lasting: true,
        action: { label: t('app.reload'), run: () => void shell.applyUpdate() },
      });
    }
    if (update === 'waiting' && isBusy) {
      useNoticeStore
        .getState()
        .notify({ id: 'update', tone: 'info', lasting: true, text: t('app.updateWaiting') });
    }
    // `isBusy` only words the notice of the moment; a change of it is no news.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [update, shell, t]);

  useEffect(() => {
    if (!wasReloadedForThreads) return;
    useNoticeStore.getState().notify({ id: 'reloaded', tone: 'info', text: t('app.reloaded') });
  }, [wasReloadedForThreads, t]);

  useEffect(() => {
    if (!canReloadForThreads) return;
    useNoticeStore.getState().notify({
      id: 'reload-for-threads',
      tone: 'info',
      text: t('app.reloadForThreads'),
      lasting: true,
      action: { label: t('app.reload'), run: () => shell.reloadForThreads() },
    });
  }, [canReloadForThreads, shell, t]);
}
