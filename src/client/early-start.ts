/**
 * The first inference worker, started before the page's own script is there: it fetches the runtime and the embedded
 * model, or opens the downloaded one of the last visit, while the page loads. The pool takes it for its first slot where it was started with the wanted provider.
 */
import { proxy, wrap, type Remote } from 'comlink';
import type { Capabilities, EngineEvent, Reply, RunRequest, SlotConfig } from '../engine/api.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import type { DeviceFacts } from './backend-choice.ts';
import { beginEarlyRun, type EarlyRun } from './early-run.ts';
import { findLastModel } from './last-model.ts';
import { chooseMeasured, describeMeasuredDevice } from './measured-choice.ts';
import { findStoredMeasurement } from './stored-measurement.ts';

export interface EarlyWorker {
  readonly worker: Worker;
  readonly remote: Remote<InferenceWorkerApi>;
  /** As the worker's own; events that came before are given at once. */
  connect(onEvent: (event: EngineEvent) => void): Promise<Reply<Capabilities>>;
  /** As the worker's own. */
  run(request: RunRequest): ReturnType<InferenceWorkerApi['run']>;
}

export interface EarlyStart {
  /** What the device is: asked once, before anything else. */
  readonly facts: Promise<DeviceFacts>;
  /** Once: the worker, connected with just this config. Null where there is none; one of another config is ended. */
  takeWorker(config: SlotConfig): EarlyWorker | null;
}

/** How the first worker will be wanted. */
export interface EarlyPlan {
  /** `without-gpu`: only where there is no graphics processor, which is to be asked. */
  readonly when: 'always' | 'without-gpu';
  readonly threads: number;
  readonly model: ModelManifest;
  readonly variant: VariantId;
}

/** What {@link planEarlyStart} reads of the stored settings; anything may be there. */
interface StoredChoice {
  readonly executionProvider?: unknown;
  readonly workers?: unknown;
  readonly threads?: unknown;
  readonly modelId?: unknown;
  readonly task?: unknown;
}

export interface EarlyFacts {
  /** Of the address. */
  readonly search: string;
  /** The settings as JSON; null where none are kept. */
  readonly storedSettings: string | null;
  /** The device profile as JSON; null where none is kept. */
  readonly storedProfile: string | null;
  /** What `last-model.ts` keeps; null where nothing is kept. */
  readonly storedModel: string | null;
  /** Browser version, as the profile names it. */
  readonly fingerprint: string;
  readonly crossOriginIsolated: boolean;
  readonly hardwareConcurrency: number;
}

function readStored(json: string | null): StoredChoice {
  try {
    const stored = JSON.parse(json ?? 'null') as { readonly state?: StoredChoice } | null;
    return stored?.state ?? {};
  } catch {
    return {};
  }
}

/**
 * Whether the page will want the embedded depth model on WASM, or the one that computed last, and with how many threads;
 * null: it will not, or it cannot be told without the page's own script. As `chooseBackend` decides it for a small
 * model; for another as it was decided last time.
 */
export function planEarlyStart(facts: EarlyFacts, embedded: ModelManifest): EarlyPlan | null {
  const parameters = new URLSearchParams(facts.search);
  const stored = readStored(facts.storedSettings);
  const wanted = (parameter: string, kept: unknown, fallback: string) =>
    parameters.get(parameter) ??
    (typeof kept === 'string' || typeof kept === 'number' ? String(kept) : fallback);
  const task = wanted('task', stored.task, 'depth');
  if (parameters.has('view') || task === 'parsing') return null;
  const modelId = wanted('model', stored.modelId, embedded.id);
  const last = modelId === embedded.id ? null : findLastModel(facts.storedModel, modelId);
  if (modelId !== embedded.id && last === null) return null;
  const model = last?.model ?? embedded;
  const variant = last?.variant ?? embedded.variants[0]?.id ?? '';
  const provider = wanted('ep', stored.executionProvider, 'auto');
  if (provider !== 'auto' && provider !== 'wasm') return null;

  // With a second model it is the heavier one that decides.
  const measurement =
    task === 'depth'
      ? findStoredMeasurement(facts.storedProfile, model, {
          fingerprint: facts.fingerprint,
          device: describeMeasuredDevice(facts),
        })
      : null;
  const fastest = chooseMeasured(
    measurement?.candidates.filter((one) => one.variant === variant) ?? [],
    ({ executionProvider }) => provider === 'auto' || executionProvider === provider,
  );
  if (fastest?.executionProvider === 'webgpu') return null;
  const when = provider === 'wasm' || fastest !== null ? 'always' : 'without-gpu';

  const threads = wanted('threads', stored.threads, 'auto');
  if (threads !== 'auto') {
    const most = facts.crossOriginIsolated ? facts.hardwareConcurrency : 1;
    const count = Math.min(Math.floor(Number(threads)), most);
    return count >= 1 ? { when, threads: count, model, variant } : null;
  }
  const areCountsOpen = wanted('workers', stored.workers, 'auto') === 'auto';
  // One thread per worker is what small models get.
  const usual = last?.threads ?? 1;
  return { when, threads: areCountsOpen ? (fastest?.threads ?? usual) : usual, model, variant };
}

/** Starts at once; never throws and never rejects. `sample`: a picture that the page will ask for first; null: none. */
export function startEarly(
  plan: EarlyPlan | null,
  facts: Promise<DeviceFacts>,
  spawnWorker: () => Worker,
  sample: Promise<Blob | null> | null = null,
): EarlyStart {
  if (plan === null) return { facts, takeWorker: () => null };
  const { model, variant } = plan;
  const early: SlotConfig = {
    executionProvider: 'wasm',
    threads: plan.threads,
    allowFallbackAdapter: false,
  };
  const worker = spawnWorker();
  const remote = wrap<InferenceWorkerApi>(worker);
  const held: EngineEvent[] = [];
  let listener: ((event: EngineEvent) => void) | null = null;
  let connected: Promise<Reply<Capabilities>> | null = null;
  let earlyRun: EarlyRun | null = null;
  /** Ended, or taken by the pool. */
  let isGone = false;

  function end(): void {
    isGone = true;
    worker.terminate();
  }
  function dismiss(): void {
    if (!isGone) end();
  }
  // Whoever takes it listens for its crashes; until then the next worker will show what is wrong.
  worker.addEventListener('error', (event) => {
    if (isGone) return;
    event.preventDefault();
    end();
  });

  function tell(event: EngineEvent): void {
    if (listener === null) held.push(event);
    else listener(event);
  }

  function connect(): void {
    if (connected !== null) return;
    connected = remote.connect(
      early,
      proxy((event: EngineEvent) => {
        const relayed = earlyRun === null ? event : earlyRun.relay(event);
        if (relayed !== null) tell(relayed);
      }),
    );
    // The first task meets the same failure, and reports it.
    remote.load({ model, variant }).catch(() => undefined);
    void sample?.then((source) => {
      // Once the pool has the worker, it says what runs.
      if (source === null || isGone) return;
      earlyRun = beginEarlyRun(source, model, (request) => remote.run(request), tell);
    });
  }

  if (plan.when === 'always') connect();
  else void facts.then(({ gpu }) => (gpu === 'hardware' ? dismiss() : connect()));

  return {
    facts,
    takeWorker(config) {
      if (isGone) return null;
      const isSame = config.executionProvider === early.executionProvider && config.threads === early.threads;
      if (!isSame) {
        dismiss();
        return null;
      }
      connect();
      isGone = true;
      return {
        worker,
        remote,
        run: (request) => (earlyRun === null ? remote.run(request) : earlyRun.run(request)),
        async connect(onEvent) {
          const reply = await (connected ?? Promise.reject(new Error('the early worker was not connected')));
          // Later: who connects knows its slot only when this has resolved.
          setTimeout(() => {
            listener = onEvent;
            for (const event of held.splice(0)) onEvent(event);
          }, 0);
          return reply;
        },
      };
    },
  };
}
