/**
 * Every type that crosses a thread or the network. No behaviour.
 * `client` imports these types; a worker or the server exposes the value.
 */
import type { WireError } from './errors.ts';
import type { ModelId, ModelManifest, VariantId } from './models/manifest.ts';

export type TaskId = string;
export type PipelineId = 'depth-estimation' | 'human-parsing';

/** What ONNX Runtime runs a session on. `cpu` exists on the server only. */
export type ExecutionProvider = 'webgpu' | 'wasm' | 'cpu';

/** The stages of a run, in order. `load` (model bytes and session) happens once per slot and model. */
export const STAGES = ['load', 'decode', 'preprocess', 'inference', 'postprocess'] as const;
export type Stage = (typeof STAGES)[number];

/** Milliseconds per stage; a stage that did not happen is 0. `decode` is shared by all pipelines of one request. */
export type StageTimings = Readonly<Record<Stage, number>>;

/** Options that change the map, all resolved (no "auto"): they are part of the result key. */
export interface PipelineOptions {
  /** Nominal network input size in pixels; its meaning (long, short side, square) is the manifest's `input.size` rule. */
  readonly detailPx: number;
  /** Cap on the longer network side in pixels, already rounded down to the model's multiple; null: none. */
  readonly maxLongSidePx: number | null;
  /** Parsing with instances: score masks at map size with every published interpolation (slow), not at mask size. Absent: false. */
  readonly isExact?: boolean;
}

/** One map wanted of the request's image. The manifest travels with it, so that user models need no registry in a worker. */
export interface PipelineRequest {
  readonly pipeline: PipelineId;
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly options: PipelineOptions;
}

/** One image, one decode, one result per pipeline. `Source` is an encoded Blob in browsers, bytes on the server. */
export interface RunRequest<Source = Blob> {
  readonly taskId: TaskId;
  readonly source: Source;
  readonly pipelines: readonly PipelineRequest[];
}

/** How a result came about; stored beside it, not part of its key. */
export interface Provenance {
  readonly modelId: ModelId;
  readonly revision: string;
  readonly variant: VariantId;
  readonly executionProvider: ExecutionProvider;
  readonly threads: number;
  readonly executor: 'worker-pool' | 'remote';
}

interface ResultBase {
  readonly pipeline: PipelineId;
  /** Size of the map, row-major. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Size of the upright source picture. */
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  readonly timings: StageTimings;
  readonly provenance: Provenance;
}

/** Relative inverse depth up to an unknown scale and shift per picture; larger is nearer; may be negative. length = widthPx * heightPx. */
export interface DisparityResult extends ResultBase {
  readonly kind: 'disparity';
  readonly disparity: Float32Array<ArrayBuffer>;
}

/** Metric depth in metres; larger is farther. */
export interface MetricDepthResult extends ResultBase {
  readonly kind: 'metric-depth';
  readonly depthM: Float32Array<ArrayBuffer>;
  /** Focal length in pixels of the source picture, where the model estimates it. */
  readonly focalLengthPx: number | null;
}

/** Class ids per pixel, and person ids where the model tells people apart. */
export interface LabelsResult extends ResultBase {
  readonly kind: 'labels';
  /** Id of the label set (`engine/parsing/label-sets.ts`); user models may bring their own. */
  readonly labelSet: string;
  /** Class names by class id: a stored result stays readable without its model's manifest. */
  readonly labels: readonly string[];
  /** Class id per pixel; every value is less than `labels.length`. */
  readonly labelsU8: Uint8Array<ArrayBuffer>;
  /** 0 = nobody, 1..n = person; null where nobody was found. */
  readonly instancesU16: Uint16Array<ArrayBuffer> | null;
  /** True where the model does not tell people apart, and connected regions with a face or hair stand for people. */
  readonly arePeopleEstimated: boolean;
  /** One row per person, index = instance id - 1. Box in map pixels. */
  readonly people: readonly Person[];
}

export interface Person {
  /** Of the model, 0..1; null for estimated people. */
  readonly score: number | null;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export type InferenceResult = DisparityResult | MetricDepthResult | LabelsResult;

/** Outcome of one pipeline of a request: one may fail while the others hold. */
export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** What a worker (or server) is asked to use. One execution provider at a time: what was obtained is in {@link Capabilities}. */
export interface SlotConfig {
  readonly executionProvider: ExecutionProvider;
  readonly threads: number;
  /** Accept a software WebGPU adapter (tests, `?ep=webgpu`). */
  readonly allowFallbackAdapter: boolean;
  /** Heap that its cached sessions may take together; absent: the engine's default. */
  readonly sessionBudgetBytes?: number;
}

/** What a slot can really do, after `connect`. */
export interface Capabilities {
  readonly executionProvider: ExecutionProvider;
  readonly threads: number;
  readonly crossOriginIsolated: boolean;
  /** WebGPU only: name of the adapter, and whether shaders may use f16. */
  readonly adapter: {
    readonly description: string;
    readonly isFallback: boolean;
    readonly hasShaderF16: boolean;
  } | null;
}

/** The one channel from a worker to its pool. */
export type EngineEvent =
  | {
      readonly type: 'progress';
      readonly taskId: TaskId;
      readonly stage: Stage;
      readonly fraction: number | null;
    }
  | { readonly type: 'model-loaded'; readonly modelId: ModelId; readonly variant: VariantId }
  /** The runtime's heap after a run, when it has grown; `models` share it. */
  | { readonly type: 'heap'; readonly heapBytes: number; readonly models: readonly LoadedModel[] }
  | { readonly type: 'device-lost'; readonly reason: string };

export interface LoadedModel {
  readonly modelId: ModelId;
  readonly revision: string;
  readonly variant: VariantId;
}

/** The worker boundary. */
export interface EngineApi<Source = Blob> {
  /** Once per worker: configures it, registers the one event channel, says what was obtained. */
  connect(config: SlotConfig, onEvent: (event: EngineEvent) => void): Promise<Reply<Capabilities>>;
  /** Results in the order of `request.pipelines`; buffers are transferred. The outer Reply fails when the image does. */
  run(request: RunRequest<Source>): Promise<Reply<readonly Reply<InferenceResult>[]>>;
  /** Checked between stages; a run already inside the session finishes first. */
  cancel(taskId: TaskId): void;
  /** Releases the model's sessions; the heap does not shrink, but is used again. */
  unload(modelId: ModelId): Promise<void>;
}
