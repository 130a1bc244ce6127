import { useEffect } from 'react';
import { useClientSnapshot, useServices } from '../../services.tsx';
import { useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';
import { useLiveModel } from './useLiveModel.ts';

/** Passes what is chosen on to the live client, and tells the photo queue that live view goes first. */
export function useLiveSettings(): void {
  const live = useLive();
  const { client } = useServices();
  const model = useLiveModel();
  const detailPx = useLiveStore((state) => state.detailPx[model.id] ?? null);
  const targetFps = useLiveStore((state) => state.targetFps);
  const steadiness = useLiveStore((state) => state.steadiness);
  const isMirrored = useLiveStore((state) => state.isMirrored);
  const executionProvider = useSettingsStore((state) => state.executionProvider);
  const workers = useSettingsStore((state) => state.workers);
  const threads = useSettingsStore((state) => state.threads);
  const taskTimeoutMs = useSettingsStore((state) => state.taskTimeoutMs);
  const cacheBudgetBytes = useSettingsStore((state) => state.cacheBudgetBytes);
  const isBatchBusy = useClientSnapshot(
    ({ queuedCount, processingCount }) => queuedCount + processingCount > 0,
  );
  const isRunning = useLiveSnapshot(({ state }) => state === 'running');

  useEffect(() => {
    const [variant] = model.variants;
    if (variant === undefined) return;
    live.configure({
      model,
      variant: variant.id,
      detailPx,
      targetFps,
      steadiness,
      isMirrored,
      compute: { executionProvider, workers, threads, taskTimeoutMs, cacheBudgetBytes },
      isBatchBusy,
    });
  }, [
    live,
    model,
    detailPx,
    targetFps,
    steadiness,
    isMirrored,
    executionProvider,
    workers,
    threads,
    taskTimeoutMs,
    cacheBudgetBytes,
    isBatchBusy,
  ]);

  useEffect(() => {
    if (!isRunning) return;
    client.setLiveRunning(true);
    return () => client.setLiveRunning(false);
  }, [client, isRunning]);
}
