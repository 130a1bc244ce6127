/**
 * The first inference worker, started before the page's own script is there: it fetches the runtime and the embedded
 * model while the page loads. The pool takes it for its first slot where it was started with the wanted provider.
 */
import { proxy, wrap, type Remote } from 'comlink';
import type { Capabilities, EngineEvent, Reply, SlotConfig } from '../engine/api.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import type { DeviceFacts } from './backend-choice.ts';

export interface EarlyWorker {
  readonly worker: Worker;
  readonly remote: Remote<InferenceWorkerApi>;
  /** As the worker's own; events that came before are given at once. */
  connect(onEvent: (event: EngineEvent) => void): Promise<Reply<Capabilities>>;
}

export interface EarlyStart {
  /** What the device is: asked once, before anything else. */
  readonly facts: Promise<DeviceFacts>;
  /** Once: the worker, connected with just this config. Null where there is none; one of another config is ended. */
  takeWorker(config: SlotConfig): EarlyWorker | null;
}

/** What {@link planEarlyStart} reads of the stored settings; anything may be there. */
interface StoredChoice {
  readonly executionProvider?: unknown;
  readonly threads?: unknown;
  readonly modelId?: unknown;
  readonly task?: unknown;
}

/** One thread per worker is what small models get; see `backend-choice.ts`. */
const EARLY_CONFIG: SlotConfig = { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false };

function readStored(json: string | null): StoredChoice {
  try {
    const stored = JSON.parse(json ?? 'null') as { readonly state?: StoredChoice } | null;
    return stored?.state ?? {};
  } catch {
    return {};
  }
}

/**
 * Whether the page will want the embedded depth model on WASM: `always`, `without-gpu` (to be asked) or `never`.
 * `search`: of the address; `storedSettings`: the settings as JSON, null where none are kept.
 */
export function planEarlyStart(
  search: string,
  storedSettings: string | null,
  modelId: string,
): 'always' | 'without-gpu' | 'never' {
  const parameters = new URLSearchParams(search);
  const stored = readStored(storedSettings);
  const wanted = (parameter: string, kept: unknown, fallback: string) =>
    parameters.get(parameter) ??
    (typeof kept === 'string' || typeof kept === 'number' ? String(kept) : fallback);
  if (parameters.has('view')) return 'never';
  if (wanted('model', stored.modelId, modelId) !== modelId) return 'never';
  if (wanted('task', stored.task, 'depth') === 'parsing') return 'never';
  if (!['auto', '1'].includes(wanted('threads', stored.threads, 'auto'))) return 'never';
  const provider = wanted('ep', stored.executionProvider, 'auto');
  if (provider === 'wasm') return 'always';
  return provider === 'auto' ? 'without-gpu' : 'never';
}

/** Starts at once; never throws and never rejects. */
export function startEarly(
  plan: ReturnType<typeof planEarlyStart>,
  model: ModelManifest,
  facts: Promise<DeviceFacts>,
  spawnWorker: () => Worker,
): EarlyStart {
  if (plan === 'never') return { facts, takeWorker: () => null };
  const worker = spawnWorker();
  const remote = wrap<InferenceWorkerApi>(worker);
  const held: EngineEvent[] = [];
  let listener: ((event: EngineEvent) => void) | null = null;
  let connected: Promise<Reply<Capabilities>> | null = null;
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

  function connect(): void {
    if (connected !== null) return;
    connected = remote.connect(
      EARLY_CONFIG,
      proxy((event: EngineEvent) => (listener === null ? void held.push(event) : listener(event))),
    );
    // The first task meets the same failure, and reports it.
    remote.load({ model, variant: model.variants[0]?.id ?? '' }).catch(() => undefined);
  }

  if (plan === 'always') connect();
  else void facts.then(({ gpu }) => (gpu === 'hardware' ? dismiss() : connect()));

  return {
    facts,
    takeWorker(config) {
      if (isGone) return null;
      const isSame =
        config.executionProvider === EARLY_CONFIG.executionProvider &&
        config.threads === EARLY_CONFIG.threads;
      if (!isSame) {
        dismiss();
        return null;
      }
      connect();
      isGone = true;
      return {
        worker,
        remote,
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
