/** What the engine needs from its surroundings. Implemented by `platform/browser` and `platform/node`; the engine knows no other door. */
import type { Capabilities, SlotConfig } from './api.ts';
import type { SizePx } from './image/input-size.ts';
import type { ModelManifest, ModelVariant } from './models/manifest.ts';

export type TensorType = 'float32' | 'float16' | 'int64' | 'int32' | 'uint8' | 'bool';

/** A tensor as plain data. `data` is row-major, length = product of `dims`. */
export interface TensorData {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;
}

/** Name, type and shape of a session's input or output as the graph declares it; a dynamic axis is its name or null. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string | null)[];
}

export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** One run in flight at a time. Returned tensors own their data (already copied from the runtime's heap). Throws INFERENCE_FAILED, OUT_OF_MEMORY, EXECUTION_PROVIDER_FAILED. */
  run(feeds: Readonly<Record<string, TensorData>>): Promise<Readonly<Record<string, TensorData>>>;
  release(): Promise<void>;
}

/** Upright 8-bit sRGB, transparency composited on white, first frame. `pixelsRgba.length` = widthPx * heightPx * 4. */
export interface DecodedImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelsRgba: Uint8ClampedArray | Uint8Array;
  /** The picture's own upright size, where fewer pixels were decoded; absent: these are all of them. */
  readonly shrunkFrom?: SizePx;
}

/**
 * Bytes of a model, by file name. The graph is one buffer; external data stays apart, so that the runtime copies it
 * once. It may still be on disk, for the platform's own `createSession` to read.
 */
export interface ModelBytes {
  readonly graph: Uint8Array<ArrayBuffer>;
  readonly externalData: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
  /** Lets go of what the bytes are read from, once no session is to be made of them any more. Absent: of nothing. */
  close?(): void;
}

export interface Platform<Source> {
  /** Applies the config; throws EXECUTION_PROVIDER_UNAVAILABLE when it cannot be met. Once. */
  configure(config: SlotConfig, onDeviceLost: (reason: string) => void): Promise<Capabilities>;
  /** Verified bytes. `onProgress` gets a fraction in [0, 1], or null while the size is unknown. Throws MODEL_*. */
  loadModel(
    model: ModelManifest,
    variant: ModelVariant,
    options: { signal: AbortSignal; onProgress: (fraction: number | null) => void },
  ): Promise<ModelBytes>;
  /** Throws MODEL_INVALID, EXECUTION_PROVIDER_FAILED, OUT_OF_MEMORY. */
  createSession(bytes: ModelBytes, options?: Pick<ModelVariant, 'skipsGraphOptimization'>): Promise<Session>;
  /** Throws IMAGE_*. `chooseSize` gives the size that is enough: a platform that shrinks well may decode no more than that. */
  decodeImage(
    source: Source,
    options: { readonly signal: AbortSignal; chooseSize?(source: SizePx): SizePx },
  ): Promise<DecodedImage>;
  /** Bytes that the runtime has taken; null, or absent: not known. */
  measureHeap?(): number | null;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Resolves in a later macrotask, so that queued messages (cancel) are seen. */
  yieldMacrotask(): Promise<void>;
}
