/**
 * Decides when ways to compute are tested and measured: on request, or by itself once the first results are there and
 * nothing waits or runs. The user's work always goes first: it ends a test or a measurement at once.
 */
import type { PipelineOptions } from '../engine/api.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import { systemClock, type Clock } from '../scheduling/clock.ts';
import { SMALL_MODEL_BYTES, type DeviceFacts } from './backend-choice.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { ClientSettings, InferenceClient } from './inference-client.types.ts';
import { listCandidates } from './list-candidates.ts';
import { measureCandidates } from './measure-candidates.ts';
import { describeMeasuredDevice, type Candidate } from './measured-choice.ts';
import type { SelfTestSubject } from './self-test.ts';
import type { SelfTests } from './self-tests.ts';

/** A model as it would be used now. */
export interface MeasureTarget {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly installed: readonly VariantId[];
  readonly refused: readonly VariantId[];
  readonly options: PipelineOptions;
}

/** Immutable; the same object between changes. */
export interface MeasuringSnapshot {
  readonly running: {
    readonly modelId: string;
    readonly candidate: Candidate | null;
    /** From 1. */
    readonly index: number;
    readonly count: number;
  } | null;
  /** How the last one ended. `interrupted`: pictures came. */
  readonly ended: 'done' | 'interrupted' | 'failed' | null;
}

export interface BackendMeasuring {
  /** What keeps every provider to its reference. */
  readonly selfTests: SelfTests;
  subscribe(listener: () => void): () => void;
  getSnapshot(): MeasuringSnapshot;
  /** Measures now, whatever is known. Does nothing while pictures wait or run. Never rejects. */
  measure(target: MeasureTarget): Promise<void>;
  stop(): void;
  dispose(): void;
}

export interface BackendMeasuringOptions {
  readonly client: Pick<InferenceClient, 'getSnapshot' | 'subscribe' | 'rest'>;
  readonly profile: DeviceProfile;
  readonly getSettings: () => ClientSettings;
  /** The models in use: measured by itself where nothing is known of them here. */
  readonly listTargets: () => readonly MeasureTarget[];
  readonly selfTests: SelfTests;
  /** What can be tested while nothing waits. */
  readonly listSubjects: () => readonly SelfTestSubject[];
  readonly probeDevice: () => Promise<DeviceFacts & { readonly hasShaderF16: boolean }>;
  readonly fetchPicture: () => Promise<Blob>;
  /** With the same profile, without a result cache. */
  readonly createClient: (settings: ClientSettings) => InferenceClient;
  /** False: not now (hidden page, downloads). Asked when the wait is over. */
  readonly isQuiet?: () => boolean;
  readonly clock?: Clock;
  /** Milliseconds since the epoch. */
  readonly wallClock?: () => number;
}

/** Nobody looks for the next picture any more. */
const IDLE_MS = 30_000;

export function createBackendMeasuring(options: BackendMeasuringOptions): BackendMeasuring {
  const { client, profile, clock = systemClock, wallClock = Date.now } = options;
  const listeners = new Set<() => void>();
  let snapshot: MeasuringSnapshot = { running: null, ended: null };
  let abort: AbortController | null = null;
  let testing: AbortController | null = null;
  let cancelIdle: (() => void) | null = null;

  function update(next: MeasuringSnapshot): void {
    snapshot = next;
    for (const listener of listeners) listener();
  }

  function isIdle(): boolean {
    const { queuedCount, processingCount, backend } = client.getSnapshot();
    return queuedCount === 0 && processingCount === 0 && backend.reason.code !== 'live-first';
  }

  function hasResults(): boolean {
    return [...client.getSnapshot().tasks.values()].some(({ state }) => state === 'done');
  }

  async function run(target: MeasureTarget, signal: AbortSignal): Promise<void> {
    const { model, refused } = target;
    const [{ hasShaderF16, ...device }, picture] = await Promise.all([
      options.probeDevice(),
      options.fetchPicture(),
    ]);
    signal.throwIfAborted();
    const settings = options.getSettings();
    const installed = model.variants.filter(({ id }) => target.installed.includes(id));
    // Two copies of a large model may not fit: the idle one gives way.
    if (installed.some(({ memoryBytes }) => memoryBytes > SMALL_MODEL_BYTES)) client.rest();
    const candidates = listCandidates({
      device,
      hasShaderF16,
      settings,
      installed,
      refused,
      variant: target.variant,
    });
    const measured = await measureCandidates({
      model,
      options: target.options,
      candidates,
      picture,
      settings,
      createClient: options.createClient,
      onCandidate: (candidate, index) =>
        update({
          running: { modelId: model.id, candidate, index: index + 1, count: candidates.length },
          ended: null,
        }),
      signal,
    });
    profile.setMeasurement(model, {
      device: describeMeasuredDevice(device),
      measuredAtMs: wallClock(),
      candidates: measured,
    });
  }

  async function measure(target: MeasureTarget): Promise<void> {
    if (abort !== null || !isIdle()) return;
    const controller = new AbortController();
    abort = controller;
    update({ running: { modelId: target.model.id, candidate: null, index: 0, count: 0 }, ended: null });
    try {
      await run(target, controller.signal);
      update({ running: null, ended: 'done' });
    } catch {
      update({ running: null, ended: controller.signal.aborted ? 'interrupted' : 'failed' });
    } finally {
      abort = null;
      watch();
    }
  }

  function stop(): void {
    const reason = new DOMException('Pictures go first.', 'AbortError');
    abort?.abort(reason);
    testing?.abort(reason);
  }

  /** Nothing was measured with this browser version, or on what was another device (threads not allowed then). */
  async function findUnknown(): Promise<MeasureTarget | undefined> {
    const device = describeMeasuredDevice(await options.probeDevice());
    return options.listTargets().find(({ model }) => profile.getMeasurement(model)?.device !== device);
  }

  const isQuiet = (): boolean => isIdle() && options.isQuiet?.() !== false;

  /** False: pictures came. */
  async function testUnknown(): Promise<boolean> {
    const controller = new AbortController();
    testing = controller;
    try {
      await options.selfTests.testUnknown(options.listSubjects(), controller.signal);
      return true;
    } catch {
      return false;
    } finally {
      testing = null;
    }
  }

  /** What is right comes before what is fast. */
  async function onIdle(): Promise<void> {
    cancelIdle = null;
    if (!hasResults() || !isQuiet()) return;
    if (!(await testUnknown())) {
      watch();
      return;
    }
    if (options.getSettings().executionProvider !== 'auto') return;
    const target = await findUnknown();
    if (target !== undefined && isQuiet()) await measure(target);
  }

  /** Idle time counts from the last change of the tasks. */
  function watch(): void {
    const isWaiting = isIdle() && abort === null && testing === null;
    if (!isIdle()) stop();
    if (isWaiting && cancelIdle === null && snapshot.ended !== 'failed') {
      cancelIdle = clock.setTimer(() => void onIdle(), IDLE_MS);
    } else if (!isWaiting) {
      cancelIdle?.();
      cancelIdle = null;
    }
  }

  const unsubscribe = client.subscribe(watch);
  watch();

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    selfTests: options.selfTests,
    getSnapshot: () => snapshot,
    measure,
    stop,
    dispose() {
      unsubscribe();
      cancelIdle?.();
      stop();
      options.selfTests.dispose();
    },
  };
}
