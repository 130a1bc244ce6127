/** Decides what computes: provider, workers, threads, and the reason, from settings and what the device is. Pure. */
import type { SlotConfig } from '../engine/api.ts';
import { chooseMeasured, type MeasuredCandidate, type Measurement } from './measured-choice.ts';
import type { BackendReason, ClientSettings } from './inference-client.types.ts';

export interface DeviceFacts {
  /** Of the adapter that WebGPU would give us. */
  readonly gpu: 'none' | 'software' | 'hardware';
  readonly crossOriginIsolated: boolean;
  readonly hardwareConcurrency: number;
  /** GiB, rounded by the browser; null where it does not tell. */
  readonly deviceMemoryGb: number | null;
}

export interface BackendChoice {
  readonly config: SlotConfig;
  readonly workers: number;
  /** Threads of one worker more, for a picture that comes alone; 1: there is none. */
  readonly soloThreads: number;
  readonly reason: {
    readonly code: BackendReason;
    readonly details: Readonly<Record<string, string | number>>;
  };
}

/** What is known of the model in question. */
export interface ModelNeeds {
  /** Heap per worker. */
  readonly memoryBytes: number;
  /** `failed`: WebGPU does not work here; `refused`: it works, but not for this model. */
  readonly webGpu: 'usable' | 'failed' | 'refused';
  /** WASM computes it wrong here: WebGPU is then used wherever there is any. Absent: it does not. */
  readonly isWasmWrong?: boolean;
  /** How many times memory ran out here: each halves the budget. Absent: never. */
  readonly squeezes?: number;
  /** What was measured of it here; absent: nothing. */
  readonly measured?: Pick<Measurement, 'candidates'> | null;
}

/** True where a pool for one serves the other. */
export function isSameChoice(a: BackendChoice, b: BackendChoice): boolean {
  return (
    a.workers === b.workers &&
    a.soloThreads === b.soloThreads &&
    a.config.executionProvider === b.config.executionProvider &&
    a.config.threads === b.config.threads &&
    a.config.sessionBudgetBytes === b.config.sessionBudgetBytes &&
    a.config.allowFallbackAdapter === b.config.allowFallbackAdapter
  );
}

/** Above this a second worker costs more memory than it brings speed: one worker with all threads instead. */
export const SMALL_MODEL_BYTES = 200_000_000;
/** Runtime, decoded picture and tensors of one worker beside its session. */
const WORKER_OVERHEAD_BYTES = 150_000_000;
/** Share of the device's memory that all workers together may take. */
const MEMORY_SHARE = 0.25;
/** Memory bandwidth is shared: more single-thread workers bring nothing. */
const MAX_AUTO_WORKERS = 8;
/** More threads in one session wait for each other. */
const MAX_AUTO_THREADS = 8;
const ASSUMED_MEMORY_GB = 4;
/** What one worker's sessions may take together, at most. */
const MAX_SESSION_BYTES = 1_000_000_000;

function budgetOf(facts: DeviceFacts): number {
  return (facts.deviceMemoryGb ?? ASSUMED_MEMORY_GB) * 2 ** 30 * MEMORY_SHARE;
}

function autoWorkers(facts: DeviceFacts, memoryBytes: number, cores: number): number {
  const budgetBytes = budgetOf(facts);
  const byMemory = Math.max(1, Math.floor(budgetBytes / (memoryBytes + WORKER_OVERHEAD_BYTES)));
  // From four cores up one stays free for the page itself.
  const byCores = cores >= 4 ? cores - 1 : cores;
  return Math.min(byCores, byMemory, MAX_AUTO_WORKERS);
}

function clampCount(value: number, max: number): number {
  return Math.max(1, Math.min(Math.floor(value), max));
}

function chooseWasmLayout(
  settings: ClientSettings,
  facts: DeviceFacts,
  memoryBytes: number,
): { workers: number; threads: number } {
  const cores = Math.max(1, Math.floor(facts.hardwareConcurrency));
  const maxThreads = facts.crossOriginIsolated ? cores : 1;
  const isSmall = memoryBytes <= SMALL_MODEL_BYTES;
  if (settings.threads !== 'auto') {
    const threads = clampCount(settings.threads, maxThreads);
    // Workers x threads beyond the cores halves the throughput.
    const room = Math.max(1, Math.floor(cores / threads));
    const workers =
      settings.workers === 'auto'
        ? isSmall
          ? Math.min(room, autoWorkers(facts, memoryBytes, cores))
          : 1
        : clampCount(settings.workers, cores);
    return { workers, threads };
  }
  const workers =
    settings.workers === 'auto'
      ? isSmall
        ? autoWorkers(facts, memoryBytes, cores)
        : 1
      : clampCount(settings.workers, cores);
  const threads = isSmall ? 1 : Math.min(maxThreads, MAX_AUTO_THREADS, Math.floor(cores / workers));
  return { workers, threads: Math.max(1, threads) };
}

/** Where many workers share the cores, one thread each, a picture that comes alone would leave all cores but one idle. */
function chooseSoloThreads(
  facts: DeviceFacts,
  memoryBytes: number,
  { workers, threads }: { readonly workers: number; readonly threads: number },
): number {
  const neededBytes = (workers + 1) * (memoryBytes + WORKER_OVERHEAD_BYTES);
  if (!facts.crossOriginIsolated || threads > 1 || workers === 1 || neededBytes > budgetOf(facts)) return 1;
  return Math.min(MAX_AUTO_THREADS, Math.floor(facts.hardwareConcurrency));
}

function chooseReason(
  settings: ClientSettings,
  facts: DeviceFacts,
  provider: 'webgpu' | 'wasm',
  { webGpu }: ModelNeeds,
  isMeasured: boolean,
): BackendReason {
  if (settings.executionProvider === provider) return 'chosen-by-user';
  if (isMeasured) return 'measured';
  if (provider === 'webgpu') return 'webgpu-adapter';
  if (webGpu !== 'usable') return webGpu === 'failed' ? 'webgpu-failed' : 'webgpu-refused';
  if (!facts.crossOriginIsolated) return 'not-isolated';
  return facts.gpu === 'software' ? 'software-adapter' : 'no-webgpu';
}

/** What the photo queue keeps while live view runs: one worker with one thread on WASM, so that neither starves the other. */
export function chooseBesideLive(choice: BackendChoice): BackendChoice {
  return {
    config: { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false },
    workers: 1,
    soloThreads: 1,
    reason: { code: 'live-first', details: { ...choice.reason.details, workers: 1, threads: 1 } },
  };
}

/** The fastest of what was measured, as far as the settings leave the choice to us. */
function chooseFastest(
  settings: ClientSettings,
  { measured, webGpu, isWasmWrong }: ModelNeeds,
): MeasuredCandidate | null {
  if (!measured) return null;
  return chooseMeasured(measured.candidates, ({ executionProvider }) => {
    if (settings.executionProvider !== 'auto') return executionProvider === settings.executionProvider;
    return executionProvider === 'wasm' ? !isWasmWrong : webGpu === 'usable';
  });
}

export function chooseBackend(
  settings: ClientSettings,
  facts: DeviceFacts,
  needs: ModelNeeds,
): BackendChoice {
  const fastest = chooseFastest(settings, needs);
  const mustBeGpu = settings.executionProvider === 'auto' && !!needs.isWasmWrong && facts.gpu !== 'none';
  const wantsWebGpu =
    mustBeGpu ||
    settings.executionProvider === 'webgpu' ||
    (settings.executionProvider === 'auto' &&
      (fastest === null ? facts.gpu === 'hardware' : fastest.executionProvider === 'webgpu'));
  const provider = wantsWebGpu && needs.webGpu === 'usable' ? 'webgpu' : 'wasm';
  const areCountsOpen = settings.workers === 'auto' && settings.threads === 'auto';
  const { workers: wantedWorkers, threads } =
    provider === 'webgpu'
      ? { workers: 1, threads: 1 }
      : areCountsOpen && fastest?.executionProvider === 'wasm'
        ? fastest
        : chooseWasmLayout(settings, facts, needs.memoryBytes);
  // Who counts workers and threads by hand gets just those.
  const mayBeSolo = provider === 'wasm' && areCountsOpen && !needs.squeezes;
  const squeeze = 2 ** (needs.squeezes ?? 0);
  const workers = Math.max(1, Math.floor(wantedWorkers / squeeze));
  return {
    config: {
      executionProvider: provider,
      threads,
      // The sessions least recently used go first; one that is larger by itself is still made.
      sessionBudgetBytes: Math.min(MAX_SESSION_BYTES, Math.floor(budgetOf(facts) / wantedWorkers)) / squeeze,
      // Asked for by name, a software adapter is what the user wants; a slow right map is better than a wrong one.
      allowFallbackAdapter:
        provider === 'webgpu' && (settings.executionProvider === 'webgpu' || facts.gpu === 'software'),
    },
    workers,
    soloThreads: mayBeSolo ? chooseSoloThreads(facts, needs.memoryBytes, { workers, threads }) : 1,
    reason: {
      code: chooseReason(settings, facts, provider, needs, fastest?.executionProvider === provider),
      details: { cores: facts.hardwareConcurrency, workers, threads },
    },
  };
}
