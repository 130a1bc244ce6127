/** What a pipeline is: pure steps around a session. The engine calls them in order, and nothing else. */
import type { InferenceResult, PipelineId, PipelineRequest } from '../api.ts';
import type { InputGeometry } from '../image/input-size.ts';
import type { ModelManifest } from '../models/manifest.ts';
import type { DecodedImage, Session, TensorData } from '../platform.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A result before the engine adds how it came about. */
export type PipelineResult = DistributiveOmit<InferenceResult, 'timings' | 'provenance'>;

/** Everything that the steps after decoding need; holds no source pixels, so that a large picture is free before inference. */
export interface PreparedInput {
  readonly feeds: Readonly<Record<string, TensorData>>;
  readonly geometry: InputGeometry;
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  /** True where the picture shows (nearly) one colour: only then may the map be flat. */
  readonly isFlat: boolean;
}

export type SessionOutputs = Readonly<Record<string, TensorData>>;

export interface Pipeline {
  readonly id: PipelineId;
  /** Throws MODEL_CONTRACT_MISMATCH, with what the session declares and what the manifest expects. */
  checkSession(session: Session, model: ModelManifest): void;
  /** From upright pixels to feeds. Does not keep `image`. */
  prepare(image: DecodedImage, request: PipelineRequest): PreparedInput;
  /**
   * From raw outputs to the map. The buffers of the result are its own. `outputNames` is the graph's order, which the
   * record does not keep (names that are numbers sort first). Throws MODEL_CONTRACT_MISMATCH, MODEL_OUTPUT_INVALID.
   */
  postprocess(
    outputs: SessionOutputs,
    input: PreparedInput,
    request: PipelineRequest,
    outputNames?: readonly string[],
  ): PipelineResult;
}
