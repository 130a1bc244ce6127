import { useMemo } from 'react';
import type { StageTimings } from '../../engine/api.ts';
import { estimateWork, type SpeedSample } from '../model-speed.ts';
import { useClientSnapshot, useModelSnapshot } from '../services.tsx';
import { useDeviceReportStore } from '../stores/device-report-store.ts';

/** Loading happens once, so it is no part of a photo. */
function sumPhotoMs({ decode, preprocess, inference, postprocess }: StageTimings): number {
  return decode + preprocess + inference + postprocess;
}

/** What ran on this device: the photos of this visit, and what was measured on purpose. */
export function useSpeedSamples(): readonly SpeedSample[] {
  const tasks = useClientSnapshot((snapshot) => snapshot.tasks);
  const entries = useModelSnapshot((snapshot) => snapshot.models);
  const rows = useDeviceReportStore((state) => state.rows);
  return useMemo(() => {
    const fastest = new Map(rows.map((row) => [row.modelId, sumPhotoMs(row.stages)]));
    for (const task of tasks.values()) {
      if (task.state !== 'done' || task.summary.cache === 'hit') continue;
      const { modelId } = task.summary.provenance;
      const photoMs = sumPhotoMs(task.summary.timings);
      fastest.set(modelId, Math.min(fastest.get(modelId) ?? Infinity, photoMs));
    }
    return entries.flatMap(({ manifest, variant }) => {
      const photoMs = fastest.get(manifest.id);
      if (photoMs === undefined) return [];
      return [{ modelId: manifest.id, photoMs, work: estimateWork(manifest, variant) }];
    });
  }, [tasks, entries, rows]);
}
