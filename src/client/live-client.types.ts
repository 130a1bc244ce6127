/** What the UI sees of live view: sources, states, figures, and what a user does with them. */
import type { WireError } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { LiveStats, LiveView, RecordedFile, RecordingKind } from '../worker/live-api.ts';
import type { ClientSettings } from './inference-client.types.ts';

export { LIVE_STAGES } from '../worker/live-api.ts';
export type { LiveLabelLook, LiveStats, LiveView, RecordedFile, RecordingKind } from '../worker/live-api.ts';

export type LiveSourceKind = 'camera' | 'screen' | 'file';

export interface CameraChoice {
  /** null: whatever the browser prefers. */
  readonly deviceId: string | null;
  /** Wish for phones; a device id goes before it. */
  readonly facing: 'user' | 'environment';
  /** Wished height of the picture; cameras give the nearest they have. */
  readonly heightPx: number;
}

export type LiveSource =
  | { readonly kind: 'camera'; readonly camera: CameraChoice }
  | { readonly kind: 'screen' }
  | { readonly kind: 'file'; readonly file: File };

/** Why there is no picture; the UI has a sentence and a way out for each. */
export type LiveProblem =
  | 'refused'
  | 'no-camera'
  | 'in-use'
  | 'unplugged'
  /** Cameras are for https and localhost only. */
  | 'insecure'
  | 'unsupported'
  | 'screen-cancelled'
  | 'screen-ended'
  | 'file-unreadable'
  /** The live worker died again and again. */
  | 'worker-failed';

export interface LiveSettings {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  /** null: the model's default. */
  readonly detailPx: number | null;
  readonly targetFps: number | null;
  readonly steadiness: number;
  readonly isMirrored: boolean;
  readonly compute: ClientSettings;
  /** Pictures are waiting or under way: live leaves them a core. */
  readonly isBatchBusy: boolean;
}

export interface CameraDevice {
  readonly deviceId: string;
  /** Empty until the user has allowed a camera. */
  readonly label: string;
}

export interface FilmState {
  readonly durationS: number;
  readonly positionS: number;
  readonly isPlaying: boolean;
  readonly isLooping: boolean;
  readonly rate: number;
}

/** Immutable; the same object between changes (useSyncExternalStore). */
export interface LiveSnapshot {
  readonly state: 'idle' | 'opening' | 'running' | 'paused' | 'problem';
  readonly problem: LiveProblem | null;
  readonly sourceKind: LiveSourceKind | null;
  readonly model:
    | { readonly state: 'idle' }
    | { readonly state: 'loading'; readonly fraction: number | null }
    | { readonly state: 'ready' }
    | { readonly state: 'failed'; readonly error: WireError };
  /** Null while nothing runs. `counts.dropped` includes frames that the browser or the page left out before the worker saw them. */
  readonly stats: LiveStats | null;
  /** Of the frames as they come; null before the first one. */
  readonly frameSize: { readonly widthPx: number; readonly heightPx: number } | null;
  readonly cameras: readonly CameraDevice[];
  /** What the browser gave; null: unknown, or no camera. */
  readonly activeCamera: { readonly deviceId: string; readonly facing: string | null } | null;
  readonly film: FilmState | null;
  /** How frames come: as a stream that the worker reads, or one by one through the page. */
  readonly transport: 'stream' | 'frames' | null;
  /** WebGPU was tried and has failed. */
  readonly hasGpuFailed: boolean;
  readonly isMirrorShown: boolean;
  readonly restarts: number;
}

export interface LiveClient {
  subscribe(listener: () => void): () => void;
  getSnapshot(): LiveSnapshot;
  /** Puts the canvas into `host` (a new one after each restart of the worker). Returns the remover. */
  attach(host: HTMLElement): () => void;
  /** Opens the source and starts; what goes wrong is in the snapshot. Another source is stopped before. */
  start(source: LiveSource): Promise<void>;
  /** Ends the source: the camera's light goes off. */
  stop(): void;
  configure(settings: LiveSettings): void;
  /** Loads the model again after it failed. */
  retryModel(): void;
  setView(view: LiveView): void;
  /** The photo on screen as a file. Throws REQUEST_INVALID before the first frame. */
  freeze(): Promise<Blob>;
  /** Throws REQUEST_INVALID: no codec, no frame yet, or a recording runs. */
  startRecording(kind: RecordingKind): Promise<void>;
  stopRecording(): Promise<RecordedFile>;
  /** In a small window above all others; throws where the browser refuses. */
  togglePictureInPicture(): Promise<void>;
  readonly canRecord: boolean;
  readonly canPictureInPicture: boolean;
  readonly film: {
    play(): void;
    pause(): void;
    seek(positionS: number): void;
    setRate(rate: number): void;
    setLooping(isLooping: boolean): void;
  };
  /** Stops everything; the worker ends. */
  dispose(): void;
}
