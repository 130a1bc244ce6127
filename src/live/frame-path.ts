/**
 * The way of a frame from capture to screen, on one kind of hardware. Two ways: `cpu-path.ts` (lanes of inference
 * workers, smoothing on the processor, WebGL2) and `gpu/gpu-path.ts` (one device, nothing leaves it).
 */
import type { Capabilities, PipelineRequest } from '../engine/api.ts';
import type { LiveConfig, LiveStage, LiveStats, LiveView, RecordingKind } from '../worker/live-api.ts';
import type { TrackedFrame } from './frame-ledger.ts';
import type { PictureSize } from './view-geometry.ts';

/** What a tap shows: a recording's picture, what is on screen, or the photo alone. */
export type TapKind = RecordingKind | 'view' | 'photo';

/** A second canvas with what was drawn last, for recorders and mirrors: the size of the source, no surround. */
export interface Tap {
  readonly canvas: OffscreenCanvas;
  draw(): void;
  dispose(): void;
}

/** A frame whose map is there; either shown or discarded, once. */
export interface MadeFrame {
  /** It had to wait for the model. */
  readonly isFirst: boolean;
  readonly stagesMs: Partial<Readonly<Record<LiveStage, number>>>;
  /** Takes it into the steady state and draws it. Gives the map's size. Throws REQUEST_INVALID for maps that cannot be drawn. */
  show(): PictureSize;
  discard(): void;
}

export interface FramePathEvents {
  readonly onLoading: (fraction: number | null) => void;
  /** The shown frame begins another scene. */
  readonly onCut: () => void;
  readonly onStage: (stage: LiveStage, elapsedMs: number) => void;
  /** The canvas or its device is gone for good. */
  readonly onLost: (reason: string) => void;
}

export interface FramePath {
  readonly renderer: NonNullable<LiveStats['renderer']>;
  readonly isRendererSoftware: boolean;
  /** False where the configuration wants the other way: a canvas keeps the kind of its first drawing. */
  serves(config: LiveConfig): boolean;
  /** Another model or other lanes; what was loaded before is released. */
  open(config: LiveConfig): void;
  /** Releases the model; a new `open` follows, or nothing. */
  close(): void;
  setLaneCount(count: number): void;
  setSteadiness(strength: number): void;
  /** Nothing that was shown before counts for what comes. */
  reset(): void;
  /** True when a frame would be taken now. */
  isFree(): boolean;
  readonly readyCount: number;
  getCapabilities(): Capabilities | null;
  /** Reads the frame, closes it at once, has its map made. Throws EngineError. */
  make(
    tracked: TrackedFrame,
    options: { readonly request: PipelineRequest; readonly isMirrored: boolean },
  ): Promise<MadeFrame>;
  /** Shows the frame without a map. Leaves it open. */
  preview(tracked: TrackedFrame, isMirrored: boolean): void;
  setView(view: LiveView): void;
  /** What a tap of this kind would measure; null while nothing is on screen. */
  getTapSize(kind: TapKind): PictureSize | null;
  /** @param fixedSize a video keeps the size that it began with; null: follows the source */
  createTap(kind: TapKind, fixedSize: PictureSize | null): Tap;
  /** The photo on screen, encoded. Throws REQUEST_INVALID while there is none. */
  readPhoto(): Promise<Blob>;
  dispose(): void;
}
