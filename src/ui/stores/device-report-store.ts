/** What was measured on this device, kept over a reload; another browser version starts anew. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { ExecutionProvider, StageTimings } from '../../engine/api.ts';
import { quietStorage } from './quiet-storage.ts';

/** One model, over the sample photos. */
export interface DeviceRow {
  readonly modelId: string;
  readonly name: string;
  readonly variant: string;
  readonly executionProvider: ExecutionProvider;
  /** Threads of each worker. */
  readonly threads: number;
  /** Median per photo, warm; `load` is of the first run. */
  readonly stages: StageTimings;
  /** Photos per second, one after the other. */
  readonly rateOne: number;
  /** Photos per second with all workers. */
  readonly rateMany: number;
  readonly workers: number;
  /** Heap of one worker, from the manifest. */
  readonly memoryBytes: number;
  /** Heap of one worker, as measured here; null: the graphics processor computed, or it was not seen alone. */
  readonly heapBytes: number | null;
  /** Of the page and its workers; null where the browser does not tell. */
  readonly peakBytes: number | null;
  /** Of the WebAssembly heaps of all workers together, at their largest; null: not measured. */
  readonly wasmPeakBytes: number | null;
}

interface DeviceReportState {
  readonly fingerprint: string;
  readonly measuredAtMs: number;
  readonly rows: readonly DeviceRow[];
  /** Rows of an earlier run stay until theirs comes: a run may be stopped. */
  start(nowMs: number): void;
  add(row: DeviceRow): void;
  /** The whole run is over: models that were not in it go. */
  finish(modelIds: readonly string[]): void;
}

/** Rows of earlier versions lack it. */
function fillRow(row: DeviceRow): DeviceRow {
  const { wasmPeakBytes } = row as Partial<DeviceRow>;
  return { ...row, wasmPeakBytes: wasmPeakBytes ?? null };
}

function fingerprint(): string {
  return typeof navigator === 'undefined' ? '' : navigator.userAgent;
}

export const useDeviceReportStore = create<DeviceReportState>()(
  persist(
    (set) => ({
      fingerprint: fingerprint(),
      measuredAtMs: 0,
      rows: [],
      start: (measuredAtMs) => set({ measuredAtMs, fingerprint: fingerprint() }),
      add: (row) =>
        set(({ rows }) => {
          const isKnown = rows.some(({ modelId }) => modelId === row.modelId);
          return {
            rows: isKnown ? rows.map((old) => (old.modelId === row.modelId ? row : old)) : [...rows, row],
          };
        }),
      finish: (modelIds) =>
        set(({ rows }) => ({ rows: rows.filter(({ modelId }) => modelIds.includes(modelId)) })),
    }),
    {
      name: 'isobath.device-report',
      version: 2,
      storage: createJSONStorage(() => quietStorage),
      merge: (stored, current) => {
        const saved = stored as Partial<DeviceReportState> | undefined;
        const isHere = saved?.fingerprint === current.fingerprint && Array.isArray(saved.rows);
        return isHere
          ? { ...current, rows: (saved.rows ?? []).map(fillRow), measuredAtMs: saved.measuredAtMs ?? 0 }
          : current;
      },
    },
  ),
);
