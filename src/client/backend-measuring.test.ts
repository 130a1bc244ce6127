import { describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../engine/models/isobath-parsing-tiny.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { createFakeClock, flushPromises } from '../scheduling/fake-clock.ts';
import { createBackendMeasuring, type MeasureTarget } from './backend-measuring.ts';
import { createDeviceProfile } from './device-profile.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import type { ClientSnapshot, InferenceClient, TaskView } from './inference-client.types.ts';
import { selfTestKey } from './self-test-key.ts';
import { createSelfTests } from './self-tests.ts';

const IDLE_MS = 30_000;

function target(model: ModelManifest): MeasureTarget {
  return {
    model,
    variant: 'fp32',
    installed: ['fp32'],
    refused: [],
    options: { detailPx: 256, maxLongSidePx: null },
  };
}

/** The page's client, moved by hand; measuring clients answer at once, or hang where `hangs`. */
function setUp({
  hangs = false,
  targets = [target(ISOBATH_DEPTH_TINY)],
  settings = DEFAULT_CLIENT_SETTINGS,
  untested = false,
  profile = createDeviceProfile({ storage: undefined, fingerprint: 'v1' }),
} = {}) {
  const clock = createFakeClock();
  const listeners = new Set<() => void>();
  let state = { queuedCount: 0, processingCount: 0, doneCount: 0, reason: 'no-webgpu', isQuiet: true };
  let measuringClients = 0;
  const done = { state: 'done' } as unknown as TaskView;
  const tests: string[] = [];
  const selfTests = createSelfTests({
    profile,
    test: ({ model, variant, provider }, signal) =>
      new Promise((resolve, reject) => {
        tests.push(`${model.id} ${provider}`);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        if (hangs) return;
        profile.setVerdict(selfTestKey(model, variant, provider), true);
        resolve('passed');
      }),
  });
  const measuring = createBackendMeasuring({
    selfTests,
    listSubjects: () =>
      untested ? targets.map(({ model, variant }) => ({ model, variant, provider: 'wasm' as const })) : [],
    client: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      getSnapshot: () => {
        const tasks = new Map(Array.from({ length: state.doneCount }, (_, index) => [String(index), done]));
        return { ...state, tasks, backend: { reason: { code: state.reason } } } as unknown as ClientSnapshot;
      },
      rest: () => undefined,
    },
    profile,
    clock,
    wallClock: () => 1000,
    getSettings: () => settings,
    listTargets: () => targets,
    probeDevice: async () => ({
      gpu: 'none',
      crossOriginIsolated: true,
      hardwareConcurrency: 2,
      deviceMemoryGb: 8,
      hasShaderF16: false,
    }),
    fetchPicture: async () => new Blob(['photo']),
    createClient: () => {
      measuringClients += 1;
      const tasks = new Map<string, TaskView>();
      const client: Partial<InferenceClient> = {
        subscribe: () => () => undefined,
        enqueue({ taskId }) {
          if (hangs) return;
          const timings = { load: 0, decode: 0, preprocess: 0, inference: 5000, postprocess: 0 };
          const summary = { timings, totalMs: 5000, provenance: { executionProvider: 'wasm' } };
          tasks.set(taskId, { state: 'done', summary } as unknown as TaskView);
        },
        getSnapshot: () => ({ tasks }) as unknown as ClientSnapshot,
        dispose: () => undefined,
      };
      return client as InferenceClient;
    },
    isQuiet: () => state.isQuiet,
  });
  return {
    clock,
    profile,
    measuring,
    tests,
    countClients: () => measuringClients,
    change(next: Partial<typeof state>) {
      state = { ...state, ...next };
      for (const listener of listeners) listener();
    },
    /** Time passes, and what follows from it happens. */
    async wait(durationMs: number) {
      clock.advance(durationMs);
      for (let turn = 0; turn < 20; turn += 1) await flushPromises();
    },
  };
}

describe('measuring by itself', () => {
  it('comes after the first results, when nothing has waited for a while, once per model', async () => {
    const { profile, change, wait, countClients } = setUp({
      targets: [target(ISOBATH_DEPTH_TINY), target(ISOBATH_PARSING_TINY)],
    });
    await wait(IDLE_MS);
    expect(countClients()).toBe(0);
    change({ processingCount: 1 });
    await wait(IDLE_MS);
    change({ processingCount: 0, doneCount: 1 });
    await wait(IDLE_MS - 1);
    expect(profile.getMeasurement(ISOBATH_DEPTH_TINY)).toBeNull();
    await wait(1);
    expect(profile.getMeasurement(ISOBATH_DEPTH_TINY)).toMatchObject({
      device: '2 cores, isolated',
      measuredAtMs: 1000,
      candidates: [
        { workers: 2, threads: 1, perSecond: 0.4 },
        { workers: 1, threads: 2, perSecond: 0.2 },
      ],
    });
    expect(profile.getMeasurement(ISOBATH_PARSING_TINY)).toBeNull();
    await wait(IDLE_MS);
    expect(profile.getMeasurement(ISOBATH_PARSING_TINY)).not.toBeNull();
    const count = countClients();
    await wait(10 * IDLE_MS);
    expect(countClients()).toBe(count);
  });

  it.each([
    ['another browser version', { fingerprint: 'v0', device: '2 cores, isolated' }],
    ['the device when it allowed no threads', { fingerprint: 'v1', device: '2 cores' }],
  ])('measures anew what was measured by %s', async (_, { fingerprint, device }) => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
    const old = { device, measuredAtMs: 5, candidates: [] };
    createDeviceProfile({ storage, fingerprint }).setMeasurement(ISOBATH_DEPTH_TINY, old);
    const profile = createDeviceProfile({ storage, fingerprint: 'v1' });
    const { change, wait } = setUp({ profile });
    change({ doneCount: 1 });
    await wait(IDLE_MS);
    const next = createDeviceProfile({ storage, fingerprint: 'v1' }).getMeasurement(ISOBATH_DEPTH_TINY);
    expect(next).toMatchObject({ device: '2 cores, isolated', measuredAtMs: 1000 });
    expect(next?.candidates).toHaveLength(2);
  });

  it('gives way to pictures at once, and comes again later', async () => {
    const { profile, measuring, change, wait } = setUp({ hangs: true });
    change({ doneCount: 1 });
    await wait(IDLE_MS);
    expect(measuring.getSnapshot().running).toMatchObject({ index: 1, count: 2 });
    change({ queuedCount: 1 });
    await wait(0);
    expect(measuring.getSnapshot()).toEqual({ running: null, ended: 'interrupted' });
    expect(profile.getMeasurement(ISOBATH_DEPTH_TINY)).toBeNull();
    change({ queuedCount: 0 });
    await wait(IDLE_MS);
    expect(measuring.getSnapshot().running).not.toBeNull();
  });

  it.each([
    ['live view runs', { reason: 'live-first' }],
    ['the page is busy otherwise', { isQuiet: false }],
  ])('does not happen while %s', async (_, busy) => {
    const { change, wait, countClients } = setUp();
    change({ doneCount: 1, ...busy });
    await wait(IDLE_MS);
    expect(countClients()).toBe(0);
  });
});

describe('testing what the processor computes', () => {
  const both = [target(ISOBATH_DEPTH_TINY), target(ISOBATH_PARSING_TINY)];

  it('waits for the first results and for idle time, comes before measuring, and happens once', async () => {
    const { tests, change, wait, countClients } = setUp({ targets: both, untested: true });
    await wait(IDLE_MS);
    change({ doneCount: 1 });
    await wait(IDLE_MS - 1);
    expect([tests, countClients()]).toEqual([[], 0]);
    await wait(1);
    expect(tests).toEqual(['isobath-depth-tiny wasm', 'isobath-parsing-tiny wasm']);
    expect(countClients()).toBeGreaterThan(0);
    await wait(5 * IDLE_MS);
    expect(tests).toHaveLength(2);
  });

  it('happens where nothing is measured, because the provider was chosen by hand', async () => {
    const settings = { ...DEFAULT_CLIENT_SETTINGS, executionProvider: 'wasm' } as const;
    const { tests, change, wait, countClients } = setUp({ settings, untested: true });
    change({ doneCount: 1 });
    await wait(IDLE_MS);
    expect([tests.length, countClients()]).toEqual([1, 0]);
  });

  it('gives way to pictures at once, and comes again later', async () => {
    const { tests, measuring, change, wait, countClients } = setUp({ hangs: true, untested: true });
    change({ doneCount: 1 });
    await wait(IDLE_MS);
    expect(measuring.selfTests.getSnapshot().running).toContain('wasm:isobath-depth-tiny');
    change({ queuedCount: 1 });
    await wait(0);
    expect(measuring.selfTests.getSnapshot().running).toBeNull();
    change({ queuedCount: 0 });
    await wait(IDLE_MS);
    expect(tests).toHaveLength(2);
    expect(countClients()).toBe(0);
  });
});

describe('measuring on request', () => {
  it('happens although it is known, but not while pictures wait', async () => {
    const { profile, measuring, change, countClients } = setUp();
    change({ queuedCount: 1 });
    await measuring.measure(target(ISOBATH_DEPTH_TINY));
    expect(countClients()).toBe(0);
    change({ queuedCount: 0 });
    await measuring.measure(target(ISOBATH_DEPTH_TINY));
    await measuring.measure(target(ISOBATH_DEPTH_TINY));
    expect(countClients()).toBe(4);
    expect(measuring.getSnapshot()).toEqual({ running: null, ended: 'done' });
    expect(profile.getMeasurement(ISOBATH_DEPTH_TINY)?.candidates).toHaveLength(2);
  });

  it('is stopped by hand', async () => {
    const { measuring, wait } = setUp({ hangs: true });
    void measuring.measure(target(ISOBATH_DEPTH_TINY));
    await wait(0);
    measuring.stop();
    await wait(0);
    expect(measuring.getSnapshot()).toEqual({ running: null, ended: 'interrupted' });
  });
});
