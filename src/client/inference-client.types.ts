/** What the UI sees of the client: the only door to inference, results and models. */
import type {
  ExecutionProvider,
  InferenceResult,
  PipelineId,
  PipelineOptions,
  Provenance,
  StageTimings,
  TaskId,
} from '../engine/api.ts';
import type { ErrorDetails } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { TaskState } from '../scheduling/task-queue.types.ts';

export type ResultKey = string;

/** A command: run this pipeline on this picture. One task per `taskId`; two tasks with one result key share the work. */
export interface EnqueueRequest {
  /** `${imageId}:${pipeline}` by convention of the UI. */
  readonly taskId: TaskId;
  readonly source: Blob;
  /** Hex sha256 of the bytes of `source`. */
  readonly sourceSha256: string;
  readonly pipeline: PipelineId;
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly options: PipelineOptions;
}

/** A small summary of a finished task; the map itself is fetched by `resultKey`. */
export interface ResultSummary {
  readonly resultKey: ResultKey;
  readonly cache: 'hit' | 'miss';
  /** From start of processing to result, cache look-up included; not the wait in the queue. */
  readonly totalMs: number;
  readonly timings: StageTimings;
  readonly provenance: Provenance;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
}

/** A task as the page shows it; owned by the task queue. */
export type TaskView = TaskState<ResultSummary>;

/** One sentence to show once: a code the UI translates (`notices.<code>`), and its facts. */
export interface ClientNotice {
  readonly id: number;
  readonly code:
    | 'webgpu-fell-back' // details: the error's, and its code
    | 'webgpu-refused' // likewise; details.model is the model's name
    | 'wasm-refused' // details.model is the model's name; its maps were computed and are not shown any more
    | 'cache-unavailable'
    | 'cache-full'
    | 'cache-corrupt-entry'
    | 'worker-restarted'
    | 'memory-low';
  readonly details: ErrorDetails;
}

/** Immutable: a new object on every change, the same object between changes (useSyncExternalStore). */
export interface ClientSnapshot {
  readonly tasks: ReadonlyMap<TaskId, TaskView>;
  readonly queuedCount: number;
  readonly processingCount: number;
  readonly backend: {
    /** What is in use; null before the first worker is connected. */
    readonly executionProvider: ExecutionProvider | null;
    readonly workers: number;
    readonly busyWorkers: number;
    readonly threadsPerWorker: number;
    readonly adapter: string | null;
    readonly crossOriginIsolated: boolean;
    /** Why auto chose this: a code the UI translates (`backend.reason.<code>`) with numbers. */
    readonly reason: {
      readonly code: BackendReason;
      readonly details: Readonly<Record<string, string | number>>;
    };
  };
  readonly cache: {
    readonly state: 'ready' | 'unavailable';
    readonly sizeBytes: number;
    readonly entryCount: number;
    readonly budgetBytes: number;
  };
  readonly notices: readonly ClientNotice[];
}

export type BackendReason =
  | 'starting'
  | 'chosen-by-user'
  | 'no-webgpu' // no navigator.gpu or no adapter
  | 'software-adapter' // only a software fallback adapter exists
  | 'webgpu-adapter'
  | 'measured' // the fastest right one
  | 'webgpu-failed'
  | 'webgpu-refused' // it works, but not for this model
  | 'not-isolated' // one thread only
  | 'live-first'; // live view runs

/** Settings that change how the client works; passed in, never read from a store. */
export interface ClientSettings {
  readonly executionProvider: 'auto' | 'webgpu' | 'wasm';
  readonly workers: 'auto' | number;
  readonly threads: 'auto' | number;
  /** On running time; download and session creation are not counted. */
  readonly taskTimeoutMs: number;
  readonly cacheBudgetBytes: number;
}

export interface InferenceClient {
  subscribe(listener: () => void): () => void;
  getSnapshot(): ClientSnapshot;
  /** Applies settings: a change of provider, workers or threads lets running tasks finish on their old slots. */
  configure(settings: ClientSettings): void;
  /** Starts a worker and loads the model before the first picture comes. Failures show when a task meets them. */
  warmUp(model: ModelManifest, variant: VariantId): void;
  /** Idempotent while the task is queued or processing; after done, failed or cancelled it runs again (a retry). */
  enqueue(request: EnqueueRequest): void;
  /** Moves a queued task to the front. */
  prioritize(taskId: TaskId): void;
  cancel(taskId: TaskId): void;
  cancelAll(): void;
  /** Cancels and forgets the tasks of removed pictures. */
  forget(taskIds: readonly TaskId[]): void;
  /**
   * The map of a task, when it is done: from memory or the result cache; recomputed when it was evicted. Its buffers
   * are shared with other readers: neither write to them nor transfer them. The signal detaches this reader only.
   * Throws the task's error; AbortError for a cancelled task; REQUEST_INVALID for an unknown one.
   */
  getResult(taskId: TaskId, options: { signal: AbortSignal }): Promise<InferenceResult>;
  clearResultCache(): Promise<void>;
  /** Ends workers that have nothing to do, for their memory; the next task starts new ones. */
  rest(): void;
  /** Live view goes first: while it runs, pictures are computed by one worker on the processor. */
  setLiveRunning(isRunning: boolean): void;
  dismissNotice(id: number): void;
  dispose(): void;
}
