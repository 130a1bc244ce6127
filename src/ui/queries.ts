/** The viewed map's bytes, through TanStack Query. The query reads finished tasks; it never starts inference. */
import { queryOptions } from '@tanstack/react-query';
import type { InferenceClient, ResultKey, ResultSummary } from '../client/inference-client.types.ts';
import type { InferenceResult, TaskId } from '../engine/api.ts';
import { computeHistogram, type ValueHistogram } from '../render/histogram.ts';
import { toViewedLabels } from './parsing/viewed-labels.ts';
import type { ScalarMap } from '../render/renderer.ts';
import { toScalarMap } from '../render/scalar-map.ts';

/** A map and what the UI reads from it, computed once per result. */
export interface ViewedMap {
  readonly resultKey: ResultKey;
  readonly result: InferenceResult;
  /** Larger is nearer; inverse metres for metric results. */
  readonly map: ScalarMap;
  readonly histogram: ValueHistogram;
  readonly unit: 'relative' | 'metres';
}

/** A map is a few hundred kilobytes to some megabytes: a few pictures back and forth stay in memory. */
const KEPT_MS = 20_000;

/** Reads a scalar map out of a result; null for label maps, which have no range. */
export function toViewedMap(resultKey: ResultKey, result: InferenceResult): ViewedMap | null {
  if (result.kind === 'labels') return null;
  const map = toScalarMap(result);
  return {
    resultKey,
    result,
    map,
    histogram: computeHistogram(map.values),
    unit: result.kind === 'metric-depth' ? 'metres' : 'relative',
  };
}

/** Which map a finished task has: another provider's is another one, in case that the first was wrong. */
type MapName = Pick<ResultSummary, 'resultKey' | 'provenance'>;

/** Keyed by result: two pictures with the same bytes share one map. Null: there is none to ask for yet. The signal detaches this reader and cancels no task. */
export function mapQuery(client: InferenceClient, taskId: TaskId, name: MapName | null) {
  const resultKey = name?.resultKey ?? '';
  return queryOptions({
    queryKey: ['map', resultKey, name?.provenance.executionProvider],
    queryFn: async ({ signal }) => {
      const result = await client.getResult(taskId, { signal });
      // A result in memory comes with the rendering that asked for it: both in one task would block the page.
      await new Promise((resolve) => setTimeout(resolve));
      return toViewedMap(resultKey, result);
    },
    staleTime: Infinity,
    gcTime: KEPT_MS,
    // The default pauses without a network: an offline page would never show a map.
    networkMode: 'always',
    retry: false,
    structuralSharing: false,
  });
}

/** As {@link mapQuery}, for parsing results. */
export function labelsQuery(client: InferenceClient, taskId: TaskId, name: MapName | null) {
  const resultKey = name?.resultKey ?? '';
  return queryOptions({
    queryKey: ['labels', resultKey, name?.provenance.executionProvider],
    queryFn: async ({ signal }) => {
      const result = await client.getResult(taskId, { signal });
      return result.kind === 'labels' ? toViewedLabels(resultKey, result) : null;
    },
    staleTime: Infinity,
    gcTime: KEPT_MS,
    networkMode: 'always',
    retry: false,
    structuralSharing: false,
  });
}
