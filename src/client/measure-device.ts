/** How fast models are on this device: the sample photos through workers of their own, so that no cache answers. */
import type { ExecutionProvider, StageTimings, TaskId } from '../engine/api.ts';
import { STAGES } from '../engine/api.ts';
import { resolveOptions } from '../engine/image/input-size.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { ClientSettings, InferenceClient, ResultSummary } from './inference-client.types.ts';
import { settleTask } from './settle-task.ts';

export type MeasureStep =
  | { readonly kind: 'warm' }
  | { readonly kind: 'single'; readonly index: number; readonly count: number }
  | { readonly kind: 'many'; readonly workers: number }
  | { readonly kind: 'memory' };

export interface Measurement {
  readonly executionProvider: ExecutionProvider;
  readonly threads: number;
  /** Median per photo, warm; `load` is what the first run took to load. */
  readonly stages: StageTimings;
  /** Photos per second, one after the other on one worker. */
  readonly rateOne: number;
  /** Photos per second with `workers` workers; of one worker where there is only one. */
  readonly rateMany: number;
  readonly workers: number;
  /** Of the page and its workers, after all of it: heaps of WASM never shrink. Null where the browser does not tell. */
  readonly peakBytes: number | null;
}

export interface MeasureOptions {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  /** Encoded photos. */
  readonly pictures: readonly Blob[];
  readonly settings: ClientSettings;
  /** A client of its own without a result cache; disposed here. */
  readonly createClient: (settings: ClientSettings) => InferenceClient;
  /** Asked while the workers are there. */
  readonly readMemory?: () => Promise<number | null>;
  readonly onStep?: (step: MeasureStep) => void;
  /** Milliseconds. */
  readonly now?: () => number;
  readonly signal: AbortSignal;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** Rejects with the first failure of a photo, or with `signal.reason`. */
export async function measureModel(options: MeasureOptions): Promise<Measurement> {
  const { model, variant, pictures, settings, createClient, signal, now = () => performance.now() } = options;
  const pipeline = model.task === 'depth' ? 'depth-estimation' : 'human-parsing';
  let serial = 0;

  const enqueue = (client: InferenceClient, source: Blob): TaskId => {
    serial += 1;
    const taskId = `measure-${serial}`;
    // A name of its own for every run: results are never shared.
    const sourceSha256 = `${taskId}-${crypto.randomUUID()}`;
    const taken = resolveOptions(model.input, { detailPx: null });
    client.enqueue({ taskId, source, sourceSha256, pipeline, model, variant, options: taken });
    return taskId;
  };

  async function withClient<T>(
    change: Partial<ClientSettings>,
    run: (client: InferenceClient) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const client = createClient({ ...settings, ...change });
    try {
      return await run(client);
    } finally {
      client.dispose();
    }
  }

  const runAll = (client: InferenceClient): Promise<readonly ResultSummary[]> =>
    Promise.all(pictures.map((picture) => settleTask(client, enqueue(client, picture), signal)));

  const single = await withClient({ workers: 1 }, async (client) => {
    options.onStep?.({ kind: 'warm' });
    const [first] = pictures;
    if (first === undefined) throw new Error('measureModel needs a picture');
    const cold = await settleTask(client, enqueue(client, first), signal);
    const warm: ResultSummary[] = [];
    const startMs = now();
    for (const [index, picture] of pictures.entries()) {
      options.onStep?.({ kind: 'single', index: index + 1, count: pictures.length });
      warm.push(await settleTask(client, enqueue(client, picture), signal));
    }
    const rateOne = (pictures.length * 1000) / (now() - startMs);
    const median = (stage: (typeof STAGES)[number]) =>
      stage === 'load' ? cold.timings.load : medianOf(warm.map(({ timings }) => timings[stage]));
    const stages = Object.fromEntries(STAGES.map((stage) => [stage, median(stage)])) as Record<
      (typeof STAGES)[number],
      number
    >;
    const { executionProvider, threads } = cold.provenance;
    return { executionProvider, threads, stages, rateOne };
  });

  const many = await withClient({}, async (client) => {
    // Every worker loads the model first: two rounds reach them all.
    await runAll(client);
    await runAll(client);
    const { workers } = client.getSnapshot().backend;
    let rateMany = single.rateOne;
    if (workers > 1) {
      options.onStep?.({ kind: 'many', workers });
      const startMs = now();
      await Promise.all([runAll(client), runAll(client)]);
      rateMany = (pictures.length * 2000) / (now() - startMs);
    }
    options.onStep?.({ kind: 'memory' });
    const peakBytes = (await options.readMemory?.()) ?? null;
    signal.throwIfAborted();
    return { workers, rateMany, peakBytes };
  });
  return { ...single, ...many };
}
