/**
 * The contract of a model, as plain JSON-safe data: everything that preprocessing, the session and
 * postprocessing need to know. One file per model beside this one; user models are the same type, stored.
 */
export type ModelId = string;
export type VariantId = string;

/** How the network's input size follows from the source size and the nominal size (`detailPx`). */
export type SizeRule =
  /** Always width x height, aspect not kept (MiDaS small, SegFormer). */
  | { readonly rule: 'fixed'; readonly widthPx: number; readonly heightPx: number }
  /** Long side = nominal, other side rounded to the nearest multiple, at least one multiple (Isobath tiny). */
  | { readonly rule: 'long-side'; readonly multipleOf: number }
  /** Of nominal/height and nominal/width the factor closer to 1 (ties: height), both sides rounded half to even to a multiple (DPT, Depth Anything). */
  | { readonly rule: 'closest-scale'; readonly multipleOf: number }
  /** Short side = nominal, long side <= maxLongSidePx, then padded right and below to a multiple (M2FP). */
  | { readonly rule: 'short-side-padded'; readonly multipleOf: number; readonly maxLongSidePx: number }
  /** Affine into a black nominal x nominal square and back, aspect kept, align_corners (SCHP). */
  | { readonly rule: 'affine-square' }
  /** Shrunk to fit (never enlarged), then centred in widthPx x heightPx on 8-bit `padValue` (M2FP single person). */
  | {
      readonly rule: 'fit-centered';
      readonly widthPx: number;
      readonly heightPx: number;
      readonly padValue: number;
    };

export interface DetailRange {
  readonly defaultPx: number;
  readonly minPx: number;
  readonly maxPx: number;
  readonly stepPx: number;
}

export interface ResizeSpec {
  readonly filter: 'bilinear' | 'bicubic';
  /** Cubic coefficient: -0.5 (Pillow) or -0.75 (OpenCV, torch). Bicubic only. */
  readonly cubicA?: number;
  /** Widen the kernel when shrinking (Pillow, torchvision). */
  readonly antialias: boolean;
  /** `u8`: rounded and clipped to 8 bit after each pass, as Pillow does; `float`: not rounded, not clipped (OpenCV on float). */
  readonly precision: 'u8' | 'float';
}

export interface InputSpec {
  readonly name: string;
  readonly layout: 'NCHW';
  readonly channelOrder: 'RGB' | 'BGR';
  /** The network sees (value * scale - mean) / std; value is 0..255. Where mean and std are in the graph they are null here. */
  readonly scale: number;
  readonly mean: readonly [number, number, number] | null;
  readonly std: readonly [number, number, number] | null;
  readonly size: SizeRule;
  readonly detail: DetailRange;
  readonly resize: ResizeSpec;
}

export type OutputSpec =
  | {
      readonly kind: 'disparity';
      readonly name: string;
      /** The published rule for bringing the raw map to source size. */
      readonly upsample: { readonly filter: 'bilinear' | 'bicubic'; readonly cubicA?: number };
    }
  | {
      readonly kind: 'metric-depth';
      readonly name: string;
      readonly focalLengthName: string | null;
      readonly upsample: { readonly filter: 'bilinear' | 'bicubic'; readonly cubicA?: number };
    }
  | {
      readonly kind: 'semantic-labels';
      readonly name: string;
      /** Where no output has the name (re-exports rename freely): the output at this place of the graph, from 0. */
      readonly fallbackIndex?: number;
      readonly labels: readonly string[];
      readonly labelSet: string;
    }
  | {
      readonly kind: 'mask2former';
      readonly logitsName: string;
      readonly masksName: string;
      readonly labels: readonly string[];
      readonly labelSet: string;
      /** The class that marks a whole person; null: the model knows parts only (single-person models). */
      readonly humanClass: number | null;
      /** Part masks that score less take no part in the label map (`PARSING_INS_SCORE_THR`). */
      readonly scoreThreshold: number;
    };

export interface ModelFile {
  /** `graph` is the ONNX file; `external-data` keeps its name, because the graph refers to it. */
  readonly role: 'graph' | 'external-data';
  readonly name: string;
  /** Relative to the app's base for embedded models; `{hub}/owner/repo/resolve/revision/path` for hub models; null: the user brings the file. */
  readonly url: string | null;
  readonly sizeBytes: number;
  /** True where the publisher's page names a rounded size: good for the quota check, not for refusing a file. */
  readonly isSizeApproximate?: boolean;
  /** Lower-case hex; null where the catalogue does not know it. */
  readonly sha256: string | null;
  /** Where mirrors keep a file that has no `url`, relative to the mirror's base (hosts without CORS headers). */
  readonly mirrorPath?: string;
}

export interface ModelVariant {
  readonly id: VariantId;
  readonly weights: 'fp32' | 'fp16' | 'int8' | 'uint8' | 'q4' | 'q4f16';
  /** True where the graph computes in fp16, which needs `shader-f16` on WebGPU. */
  readonly needsShaderF16: boolean;
  readonly files: readonly ModelFile[];
  /** Heap per worker while the session lives, in bytes, measured or estimated from the file size. */
  readonly memoryBytes: number;
  /** True where the runtime's graph optimiser brings no speed (measured): skipping it halves the time to a session. */
  readonly skipsGraphOptimization?: boolean;
}

export interface Licence {
  /** SPDX id where there is one, else the licence's name. */
  readonly name: string;
  readonly url: string | null;
  readonly isNonCommercial: boolean;
  /** What a user should know beyond the name (mixed licences, training pictures). */
  readonly note: string | null;
}

export interface ModelManifest {
  readonly schemaVersion: 1;
  readonly id: ModelId;
  readonly revision: string;
  readonly name: string;
  readonly task: 'depth' | 'parsing';
  /** Ships with the app: no download. */
  readonly isEmbedded: boolean;
  /** One short English sentence; the UI looks for a translation under `models.<id>.summary` first. */
  readonly summary: string;
  /** Paper or model card. */
  readonly sourceUrl: string | null;
  /** Where a person gets the file when the app cannot fetch it (`url: null`). */
  readonly downloadPageUrl?: string;
  /** 1 (rough) to 5 (state of the art), relative to the other models of its task; absent: unknown (user models). */
  readonly qualityLevel?: 1 | 2 | 3 | 4 | 5;
  readonly licence: Licence;
  /** First is the default where the device has no say. */
  readonly variants: readonly ModelVariant[];
  readonly input: InputSpec;
  readonly output: OutputSpec;
  /** Bounds for the golden self-test, relative to the reference output's standard deviation. */
  readonly tolerance: {
    readonly wasm: number;
    readonly gpu: number;
    /** The least correlation with the reference; absent: 0.99. */
    readonly correlation?: number;
  };
  /** Stored main output (float32, little-endian) for the self-test's picture at this size; without it another provider computes it. */
  readonly selfTest?: SelfTestReferenceFile;
}

export interface SelfTestReferenceFile {
  /** Relative to the app's base. */
  readonly url: string;
  /** Size of the network's input. */
  readonly widthPx: number;
  readonly heightPx: number;
}
