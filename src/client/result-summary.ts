/** What a task's card shows of a result. */
import type { InferenceResult, Provenance } from '../engine/api.ts';
import type { ResultKey, ResultSummary } from './inference-client.types.ts';
import type { ResultHeader } from './result-codec.ts';

export type Summarize = (
  resultKey: ResultKey,
  header: ResultHeader | InferenceResult,
  cache: ResultSummary['cache'],
  totalMs: number,
) => ResultSummary;

/** Thousands of summaries name the same few origins: those share one object each. */
export function createSummarize(): Summarize {
  const knownProvenances = new Map<string, Provenance>();

  function share(provenance: Provenance): Provenance {
    const text = JSON.stringify(provenance);
    const known = knownProvenances.get(text) ?? provenance;
    knownProvenances.set(text, known);
    return known;
  }

  return (resultKey, header, cache, totalMs) => {
    const { timings, widthPx, heightPx, sourceWidthPx, sourceHeightPx } = header;
    const provenance = share(header.provenance);
    return {
      resultKey,
      cache,
      totalMs,
      timings,
      provenance,
      widthPx,
      heightPx,
      sourceWidthPx,
      sourceHeightPx,
    };
  };
}
