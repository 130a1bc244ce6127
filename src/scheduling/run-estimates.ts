/** What runs and reloads cost on this device, learnt from the runs so far. The cancel ladder decides by it. */
import type { RunRequest } from '../engine/api.ts';

/** Weight of the newest measurement. */
const SMOOTHING = 0.3;
/** Before anything was measured: what starting a worker, and loading a small model, takes about. */
const DEFAULT_CONNECT_MS = 500;
const DEFAULT_LOAD_MS = 1000;

export interface RunEstimates {
  recordRun(request: RunRequest<unknown>, runningMs: number): void;
  recordConnect(durationMs: number): void;
  recordLoad(durationMs: number): void;
  /** Expected running time in milliseconds, or null when no such request has finished yet. */
  expectedRunMs(request: RunRequest<unknown>): number | null;
  /** Milliseconds until a replacement worker would be as warm as this one. */
  reloadMs(): number;
}

function estimateKey(request: RunRequest<unknown>): string {
  return request.pipelines
    .map(({ pipeline, model, variant, options }) =>
      [pipeline, model.id, variant, options.detailPx, options.maxLongSidePx].join('/'),
    )
    .join('+');
}

function blend(previousMs: number | undefined, measuredMs: number): number {
  return previousMs === undefined ? measuredMs : previousMs + SMOOTHING * (measuredMs - previousMs);
}

export function createRunEstimates(): RunEstimates {
  const runs = new Map<string, number>();
  let connectMs: number | undefined;
  let loadMs: number | undefined;
  return {
    recordRun(request, runningMs) {
      const key = estimateKey(request);
      runs.set(key, blend(runs.get(key), runningMs));
    },
    recordConnect(durationMs) {
      connectMs = blend(connectMs, durationMs);
    },
    recordLoad(durationMs) {
      loadMs = blend(loadMs, durationMs);
    },
    expectedRunMs: (request) => runs.get(estimateKey(request)) ?? null,
    reloadMs: () => (connectMs ?? DEFAULT_CONNECT_MS) + (loadMs ?? DEFAULT_LOAD_MS),
  };
}
