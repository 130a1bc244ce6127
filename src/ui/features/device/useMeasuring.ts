import { useEffect, useRef, useState } from 'react';
import { createInferenceClient } from '../../../client/inference-client.ts';
import { measureModel, type MeasureStep } from '../../../client/measure-device.ts';
import { isAbortError, toWireError, type WireError } from '../../../engine/errors.ts';
import { listSelfTestSubjects } from '../../connect-measuring.ts';
import { toClientSettings } from '../../connect-settings.ts';
import { useHoldWork } from '../../hooks/useHoldWork.ts';
import { fetchSample, SAMPLES } from '../../samples.ts';
import { useServices } from '../../services.tsx';
import { createHeapPeak } from './heap-peak.ts';
import { useDeviceReportStore } from '../../stores/device-report-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';

/** What the processor computes is compared with its reference first. */
interface SelfTestStep {
  readonly kind: 'self-test';
}

export interface Measuring {
  /** What is being measured; null: nothing. */
  readonly current: { readonly name: string; readonly step: MeasureStep | SelfTestStep } | null;
  /** By model id. */
  readonly failures: ReadonlyMap<string, { readonly name: string; readonly error: WireError }>;
  start(): void;
  stop(): void;
}

/** Chromium answers with its next collection, at the latest after 20 s. */
const PEAK_WAIT_MS = 22_000;

/** Page and workers together, where the browser tells (isolated Chromium). */
async function readPageBytes(signal: AbortSignal): Promise<number | null> {
  const { performance: clock } = globalThis as unknown as {
    performance: { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> };
  };
  if (clock.measureUserAgentSpecificMemory === undefined) return null;
  const late = new Promise<null>((resolve) => {
    const timer = setTimeout(() => resolve(null), PEAK_WAIT_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
  const measured = clock.measureUserAgentSpecificMemory().then(
    ({ bytes }) => bytes,
    () => null,
  );
  return await Promise.race([measured, late]);
}

/** Runs the installed models over the samples, one after the other. Leaving the page stops it. */
export function useMeasuring(): Measuring {
  const { models, profile, openMeasuring } = useServices();
  const [current, setCurrent] = useState<Measuring['current']>(null);
  const [failures, setFailures] = useState<Measuring['failures']>(new Map());
  const abort = useRef<AbortController | null>(null);
  useHoldWork(current !== null);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async (signal: AbortSignal): Promise<void> => {
    await models.ready();
    // Stopped, or without its code: the photos say whether the models run.
    const measuring = await openMeasuring().catch(() => null);
    await measuring?.selfTests
      .testUnknown(listSelfTestSubjects(models), signal, ({ model: { name } }) =>
        setCurrent({ name, step: { kind: 'self-test' } }),
      )
      .catch(() => undefined);
    if (signal.aborted) return;
    const pictures = await Promise.all(SAMPLES.map((name) => fetchSample(name)));
    const report = useDeviceReportStore.getState();
    report.start(Date.now());
    // A browser that was silent once is not asked again.
    let isMemoryTold = true;
    const measuredIds: string[] = [];
    for (const { manifest, variant, status } of models.getSnapshot().models) {
      if (status.state !== 'ready') continue;
      const { id: modelId, name } = manifest;
      const heaps = createHeapPeak();
      try {
        const measured = await measureModel({
          model: manifest,
          variant: variant.id,
          pictures,
          settings: toClientSettings(useSettingsStore.getState()),
          createClient: (settings) =>
            createInferenceClient({
              settings,
              profile,
              indexedDB: undefined,
              memoryBudgetBytes: 0,
              onPoolHeap: heaps.watchClient(),
            }),
          async readMemory() {
            const bytes = isMemoryTold ? await readPageBytes(signal) : null;
            isMemoryTold = bytes !== null;
            return bytes;
          },
          onStep: (step) => setCurrent({ name, step }),
          signal,
        });
        const { memoryBytes, id } = variant;
        const isWasm = measured.executionProvider === 'wasm';
        const heapBytes = isWasm
          ? profile.getHeap({ modelId, revision: manifest.revision, variant: id })
          : null;
        measuredIds.push(modelId);
        const wasmPeakBytes = heaps.read();
        report.add({ modelId, name, variant: id, memoryBytes, heapBytes, wasmPeakBytes, ...measured });
      } catch (error) {
        if (isAbortError(error)) return;
        setFailures((before) => new Map(before).set(modelId, { name, error: toWireError(error) }));
      }
    }
    report.finish(measuredIds);
  };

  return {
    current,
    failures,
    start() {
      abort.current?.abort();
      const controller = new AbortController();
      abort.current = controller;
      setFailures(new Map());
      void run(controller.signal).finally(() => {
        if (abort.current === controller) setCurrent(null);
      });
    },
    stop() {
      abort.current?.abort();
      setCurrent(null);
    },
  };
}
