/** What was measured of a model on this device, and what follows: the fastest right candidate. Pure. */
import type { ErrorCode, ErrorDetails } from '../engine/errors.ts';
import type { VariantId } from '../engine/models/manifest.ts';

/** One way to compute a model. */
export interface Candidate {
  readonly executionProvider: 'webgpu' | 'wasm';
  readonly variant: VariantId;
  readonly workers: number;
  readonly threads: number;
}

/** What kept a candidate from being measured: the UI makes a sentence of it. */
export interface CandidateProblem {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
}

export interface MeasuredCandidate extends Candidate {
  /** Photos per second with all workers, warm; null: not right here, or it failed. */
  readonly perSecond: number | null;
  /** Of one photo alone, warm; null as above. */
  readonly latencyMs: number | null;
  /** Why it was not measured; null: it was. */
  readonly problem: CandidateProblem | null;
}

/** Candidates of one model; the first is what would be used without measuring. */
export interface Measurement {
  /** Another device (cores unplugged, page not isolated any more) is measured again. */
  readonly device: string;
  /** Milliseconds since the epoch. */
  readonly measuredAtMs: number;
  readonly candidates: readonly MeasuredCandidate[];
}

/** Timings differ from run to run: the plan stays unless another candidate is faster by more than this. */
const WORTH_A_CHANGE = 1.15;

export function describeMeasuredDevice(facts: {
  readonly crossOriginIsolated: boolean;
  readonly hardwareConcurrency: number;
}): string {
  return `${facts.hardwareConcurrency} cores${facts.crossOriginIsolated ? ', isolated' : ''}`;
}

/** The fastest of those that were measured and that `isUsable`; null where there is none. The plan wins a close race. */
export function chooseMeasured(
  candidates: readonly MeasuredCandidate[],
  isUsable: (candidate: Candidate) => boolean = () => true,
): MeasuredCandidate | null {
  let best: MeasuredCandidate | null = null;
  for (const candidate of candidates) {
    if (candidate.perSecond === null || !isUsable(candidate)) continue;
    const needed = best === null ? 0 : (best.perSecond ?? 0) * (best === candidates[0] ? WORTH_A_CHANGE : 1);
    if (candidate.perSecond > needed) best = candidate;
  }
  return best;
}
