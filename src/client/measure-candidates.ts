/** Measures ways to compute a model, one after the other, each warm and with workers of its own. */
import type { PipelineOptions } from '../engine/api.ts';
import { EngineError, ERROR_CODES, isAbortError, toWireError } from '../engine/errors.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import type {
  ClientNotice,
  ClientSettings,
  InferenceClient,
  ResultSummary,
} from './inference-client.types.ts';
import type { Candidate, MeasuredCandidate } from './measured-choice.ts';
import { settleTask } from './settle-task.ts';

export interface MeasureCandidatesOptions {
  readonly model: ModelManifest;
  readonly options: PipelineOptions;
  readonly candidates: readonly Candidate[];
  /** Encoded photo. */
  readonly picture: Blob;
  readonly settings: ClientSettings;
  /** A client of its own without a result cache; disposed here. */
  readonly createClient: (settings: ClientSettings) => InferenceClient;
  readonly onCandidate?: (candidate: Candidate, index: number) => void;
  /** Milliseconds. */
  readonly now?: () => number;
  readonly signal: AbortSignal;
}

/** Photos per worker in the timed round: the ends of a round, where workers idle, weigh less. */
const ROUND_PER_WORKER = 3;
/** A photo that takes longer says enough by itself. */
const SLOW_MS = 4000;

interface Runner {
  run(): Promise<ResultSummary>;
}

async function time(
  { run }: Runner,
  candidate: Candidate,
  now: () => number,
): Promise<Pick<MeasuredCandidate, 'perSecond' | 'latencyMs'>> {
  const { workers } = candidate;
  const runAll = (count: number) => Promise.all(Array.from({ length: count }, run));
  // Every worker loads the model.
  const cold = await runAll(workers);
  const coldMs = Math.max(...cold.map(({ totalMs, timings }) => totalMs - timings.load));
  if (coldMs > SLOW_MS) return { latencyMs: coldMs, perSecond: (1000 * workers) / coldMs };
  const { totalMs: latencyMs } = await run();
  const count = ROUND_PER_WORKER * workers;
  const startMs = now();
  await runAll(count);
  return { latencyMs, perSecond: (1000 * count) / (now() - startMs) };
}

/** Why another provider stood in: the client has said so in a notice. */
function explainFallback(notices: readonly ClientNotice[]): EngineError {
  const notice = notices.find(({ code }) => code === 'webgpu-refused' || code === 'webgpu-fell-back');
  const details = notice?.details ?? {};
  const code = ERROR_CODES.find((known) => known === details.code) ?? 'EXECUTION_PROVIDER_UNAVAILABLE';
  return new EngineError(code, 'Another provider stood in', { details });
}

/** In the order given. A candidate that fails, or that another provider stood in for, says why. Rejects with `signal.reason` only. */
export async function measureCandidates(
  options: MeasureCandidatesOptions,
): Promise<readonly MeasuredCandidate[]> {
  const { model, picture, candidates, settings, signal, now = () => performance.now() } = options;
  const measured: MeasuredCandidate[] = [];
  let serial = 0;
  for (const [index, candidate] of candidates.entries()) {
    signal.throwIfAborted();
    options.onCandidate?.(candidate, index);
    const { executionProvider, workers, threads, variant } = candidate;
    const client = options.createClient({ ...settings, executionProvider, workers, threads });
    const run = async (): Promise<ResultSummary> => {
      serial += 1;
      const taskId = `candidate-${serial}`;
      client.enqueue({
        taskId,
        source: picture,
        // A name of its own for every run: results are never shared.
        sourceSha256: `${taskId}-${crypto.randomUUID()}`,
        pipeline: model.task === 'depth' ? 'depth-estimation' : 'human-parsing',
        model,
        variant,
        options: options.options,
      });
      const summary = await settleTask(client, taskId, signal);
      if (summary.provenance.executionProvider === executionProvider) return summary;
      throw explainFallback(client.getSnapshot().notices);
    };
    try {
      measured.push({ ...candidate, ...(await time({ run }, candidate, now)), problem: null });
    } catch (error) {
      if (signal.aborted || isAbortError(error)) throw signal.reason ?? error;
      const { code, details } = toWireError(error);
      measured.push({ ...candidate, perSecond: null, latencyMs: null, problem: { code, details } });
    } finally {
      client.dispose();
    }
  }
  return measured;
}
