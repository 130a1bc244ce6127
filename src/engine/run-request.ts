/** The stages of one request, in order, with a look at the signal between any two. */
import type { InferenceResult, PipelineRequest, Provenance, Reply, RunRequest, Stage } from './api.ts';
import { toWireError } from './errors.ts';
import { chooseDecodeSize } from './image/decode-size.ts';
import type { Pipeline, PreparedInput } from './pipelines/pipeline.ts';
import { findPipeline } from './pipelines/registry.ts';
import type { Platform, Session } from './platform.ts';
import { requireVariant, type Sessions } from './sessions.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import { matchInputTypes } from './tensor.ts';

export interface RunContext<Source> {
  readonly platform: Platform<Source>;
  readonly sessions: Sessions;
  readonly sessionBudgetBytes: number;
  readonly provenance: Pick<Provenance, 'executionProvider' | 'threads' | 'executor'>;
  readonly signal: AbortSignal;
  readonly onStage: (stage: Stage, fraction: number | null) => void;
}

/** One wanted map on its way through the stages. */
interface Strand {
  readonly wanted: PipelineRequest;
  readonly pipeline: Pipeline;
  readonly stopwatch: Stopwatch;
  input: PreparedInput | null;
}

/**
 * Loads, decodes once, prepares every map, frees the pixels, then infers map by map. A failure of one pipeline is its
 * own reply; a failure of the picture, and an abort, reject. `load` may come again before a later map when the
 * sessions of the request do not fit the budget together.
 */
export async function runRequest<Source>(
  request: RunRequest<Source>,
  context: RunContext<Source>,
): Promise<readonly Reply<InferenceResult>[]> {
  const { platform, sessions, signal, onStage } = context;

  /** Lets waiting messages in first, so that a cancel which has arrived is seen. */
  async function checkpoint(): Promise<void> {
    await platform.yieldMacrotask();
    signal.throwIfAborted();
  }

  function openSession({ wanted, pipeline, stopwatch }: Strand): Promise<Session> {
    return stopwatch.measure('load', () =>
      sessions.open(wanted.model, wanted.variant, {
        signal,
        onProgress: (fraction) => onStage('load', fraction),
        check: (session) => pipeline.checkSession(session, wanted.model),
      }),
    );
  }

  /** Runs one step of one strand; its failure becomes the reply, an abort passes through. */
  async function attempt<T>(work: () => T | Promise<T>): Promise<Reply<T>> {
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      signal.throwIfAborted();
      return { ok: false, error: toWireError(error) };
    }
  }

  const replies: (Reply<InferenceResult> | null)[] = request.pipelines.map(() => null);
  const strands: (Strand | null)[] = [];
  let plannedBytes = 0;

  for (const [index, wanted] of request.pipelines.entries()) {
    await checkpoint();
    const started = await attempt(async (): Promise<Strand> => {
      const pipeline = findPipeline(wanted.pipeline);
      const strand: Strand = {
        wanted,
        pipeline,
        stopwatch: createStopwatch(() => platform.now()),
        input: null,
      };
      plannedBytes += requireVariant(wanted.model, wanted.variant).memoryBytes;
      if (index === 0 || plannedBytes <= context.sessionBudgetBytes) await openSession(strand);
      return strand;
    });
    strands.push(started.ok ? started.value : null);
    if (!started.ok) replies[index] = started;
  }
  const alive = (): [number, Strand][] =>
    [...strands.entries()].filter(
      (pair): pair is [number, Strand] => pair[1] !== null && replies[pair[0]] === null,
    );

  if (alive().length > 0) await prepareAll(alive());
  for (const [index, strand] of alive()) replies[index] = await attempt(() => inferOne(strand));
  return replies.filter((reply) => reply !== null);

  /** When it returns, nothing holds the source pixels any more. */
  async function prepareAll(prepared: readonly [number, Strand][]): Promise<void> {
    await checkpoint();
    onStage('decode', null);
    const startMs = platform.now();
    const image = await platform.decodeImage(request.source, {
      signal,
      chooseSize: (source) =>
        chooseDecodeSize(
          source,
          prepared.map(([, { wanted }]) => wanted),
        ),
    });
    const decodeMs = platform.now() - startMs;
    for (const [index, strand] of prepared) {
      await checkpoint();
      onStage('preprocess', null);
      strand.stopwatch.add('decode', decodeMs);
      const reply = await attempt(() =>
        strand.stopwatch.measure('preprocess', () => strand.pipeline.prepare(image, strand.wanted)),
      );
      if (reply.ok) strand.input = reply.value;
      else replies[index] = reply;
    }
  }

  async function inferOne(strand: Strand): Promise<InferenceResult> {
    const { wanted, pipeline, stopwatch } = strand;
    const input = strand.input!;
    await checkpoint();
    const session = await openSession(strand);
    await checkpoint();
    onStage('inference', null);
    const outputs = await stopwatch.measure('inference', () =>
      session.run(matchInputTypes(input.feeds, session)),
    );
    strand.input = null;
    await checkpoint();
    onStage('postprocess', null);
    const outputNames = session.outputs.map(({ name }) => name);
    const result = await stopwatch.measure('postprocess', () =>
      pipeline.postprocess(outputs, input, wanted, outputNames),
    );
    return {
      ...result,
      timings: stopwatch.read(),
      provenance: {
        modelId: wanted.model.id,
        revision: wanted.model.revision,
        variant: wanted.variant,
        ...context.provenance,
      },
    };
  }
}
