/** The boundary of the live worker: frames in, a drawn canvas and figures out. Types only: both sides compile it. */
import type { ExecutionProvider, PipelineRequest, Reply, SlotConfig } from '../engine/api.ts';
import type { WireError } from '../engine/errors.ts';
import type { ColorSettings, ViewMode } from '../render/renderer.ts';

/** What the worker takes from a camera, a film or a screen: owned by the worker once it has it, closed by it exactly once. */
export type LiveFrame = VideoFrame | ImageBitmap;

/** Where inference happens: `count` workers beside the live worker, each with one frame at a time. */
export interface LiveLanes {
  readonly slot: SlotConfig;
  readonly count: number;
}

/** What maps are made with. A change of model or lanes restarts inference; the rest applies to the next frame. */
export interface LiveConfig {
  readonly request: PipelineRequest;
  /** Frames per second to hold by moving the input size between the model's bounds; null: the size stays. */
  readonly targetFps: number | null;
  /** 0 = off, 1 = strongest. */
  readonly steadiness: number;
  readonly isMirrored: boolean;
  readonly lanes: LiveLanes;
}

/** How classes and faces are drawn over the photo, for parsing models. */
export interface LiveLabelLook {
  readonly isOutline: boolean;
  readonly lineWidthPx: number;
  /** RGBA8 by class id, 256 entries; alpha 0 hides a class. */
  readonly paletteRgba: Uint8Array;
  /** Of the classes over the photo, 0..1. */
  readonly opacity: number;
  /** Makes what belongs to these classes unrecognisable; null: nothing. Applies to the next frame. */
  readonly blur: {
    readonly classes: readonly number[];
    readonly feather: number;
    readonly strength: number;
  } | null;
}

/** How the last frame is looked at; applies at once, also while nothing moves. */
export interface LiveView {
  readonly mode: ViewMode;
  /** Share of the picture's width that shows the photo. */
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  /** `range`: in units of the steady range, so that 0..1 is all of it. */
  readonly color: ColorSettings;
  /** Null for depth models. */
  readonly labels: LiveLabelLook | null;
  /** Device pixels that the page has for the canvas; the worker draws no larger. */
  readonly widthPx: number;
  readonly heightPx: number;
}

export const LIVE_STAGES = ['read', 'preprocess', 'inference', 'postprocess', 'steady', 'draw'] as const;
export type LiveStage = (typeof LIVE_STAGES)[number];

/** Every frame that was received is counted exactly once under shown, dropped or failed, or is in flight. */
export interface FrameCounts {
  readonly received: number;
  readonly shown: number;
  /** Came while every lane was busy, or late. */
  readonly dropped: number;
  readonly failed: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Frames kept for later: never more than 0, and counted to prove it. */
  readonly maxWaiting: number;
  /** VideoFrames taken over and closed; `doubleCloses` stays 0. */
  readonly opened: number;
  readonly closed: number;
  readonly doubleCloses: number;
  readonly sceneCuts: number;
  /** Maps that came back after a newer one was shown. */
  readonly late: number;
  /** Frames of the source that the browser replaced by newer ones before they were read; not among `received`. */
  readonly skipped: number;
}

export interface LiveStats {
  readonly counts: FrameCounts;
  /** Over the last two seconds. */
  readonly fpsReceived: number;
  readonly fpsProcessed: number;
  readonly fpsShown: number;
  /** From capture to the end of drawing; null before the first frame. */
  readonly latencyMs: number | null;
  readonly stagesMs: Readonly<Record<LiveStage, number>>;
  readonly detailPx: number;
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  readonly mapWidthPx: number;
  readonly mapHeightPx: number;
  /** Null until the first lane answers. */
  readonly backend: {
    readonly executionProvider: ExecutionProvider;
    readonly lanes: number;
    readonly threads: number;
    readonly adapter: string | null;
  } | null;
  readonly renderer: 'webgl2' | 'canvas2d' | 'webgpu' | null;
  /** Drawn by the processor: edges are not followed, and the canvas is no larger than the source. */
  readonly isRendererSoftware: boolean;
  readonly recording: RecordingStatus | null;
}

/** What a recording shows; all at the size of the source. */
export type RecordingKind = 'colour' | 'grey' | 'side-by-side';

export interface RecordingStatus {
  readonly lengthMs: number;
  readonly sizeBytes: number;
  readonly frames: number;
  readonly codec: string;
}

export interface RecordedFile {
  readonly blob: Blob;
  /** With the dot. */
  readonly extension: string;
  readonly status: RecordingStatus;
}

export type LiveEvent =
  | { readonly type: 'stats'; readonly stats: LiveStats }
  /** The first frame of a source, or of another size. */
  | { readonly type: 'size'; readonly widthPx: number; readonly heightPx: number }
  /** The model is being loaded; null: no figure. */
  | { readonly type: 'loading'; readonly fraction: number | null }
  | { readonly type: 'ready' }
  /** Inference cannot go on with this configuration; frames are still shown, without a map, until the next one. */
  | { readonly type: 'failed'; readonly error: WireError; readonly executionProvider: ExecutionProvider }
  /** The canvas can no longer be drawn on: this worker can do no more, a new one on a new canvas can. */
  | { readonly type: 'canvas-lost'; readonly reason: string; readonly isDeviceLost: boolean }
  /** The stream has ended by itself. */
  | { readonly type: 'stream-ended' }
  /** The presenter's picture, while a mirror is wanted. The receiver closes it. */
  | { readonly type: 'mirror'; readonly bitmap: ImageBitmap };

export interface LiveWorkerApi {
  /** Once: takes the canvas over and registers the one event channel. */
  connect(canvas: OffscreenCanvas, onEvent: (event: LiveEvent) => void): Promise<Reply<null>>;
  configure(config: LiveConfig): void;
  setView(view: LiveView): void;
  /** Reads from this stream until it ends or another one is set; null: stops reading. `frameRate`: of the source, where it is known. */
  setStream(stream: ReadableStream<VideoFrame> | null, frameRate: number | null): void;
  /** One frame of a source without a stream, captured at this time since the epoch; resolves when the worker can take the next one. */
  pushFrame(frame: LiveFrame, captureTimeMs: number): Promise<void>;
  /** Frames that come while paused are dropped. */
  setPaused(isPaused: boolean): void;
  /** The photo of the frame on screen, encoded. Fails with REQUEST_INVALID before the first frame. */
  freeze(): Promise<Reply<Blob>>;
  /** Gives the name of the file that it grows in, null: memory. Fails with REQUEST_INVALID where no codec encodes this size, or a recording runs. */
  startRecording(kind: RecordingKind): Promise<Reply<string | null>>;
  stopRecording(): Promise<Reply<RecordedFile>>;
  /** What a worker that died has recorded into this file, but for its last second. Fails where there is nothing. */
  recoverRecording(name: string): Promise<Reply<RecordedFile>>;
  /** Sends what is drawn as `mirror` events (picture-in-picture, recorders of the page). */
  setMirror(kind: RecordingKind | 'view' | null): void;
  readCounts(): Promise<FrameCounts>;
  /** Stops reading, lets frames in flight end, releases sessions. The worker may be terminated afterwards. */
  close(): Promise<void>;
}
