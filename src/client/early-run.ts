/**
 * On a first visit the page will show the bundled sample: its map is computed as soon as the model is there, while the
 * page's own script still loads. The first request of the worker's slot gets it where it asks for just that.
 */
import type { EngineEvent, InferenceResult, PipelineRequest, Reply, RunRequest } from '../engine/api.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';

type Replies = Reply<readonly Reply<InferenceResult>[]>;
type Run = (request: RunRequest) => Promise<Replies>;

/** What the page asks of a depth model as long as nothing was set. */
export function makePlainRequest(model: ModelManifest): PipelineRequest {
  return {
    pipeline: 'depth-estimation',
    model,
    variant: model.variants[0]?.id ?? '',
    options: { detailPx: model.input.detail.defaultPx, maxLongSidePx: null },
  };
}

function isSameRequest(a: PipelineRequest, b: PipelineRequest): boolean {
  return (
    a.pipeline === b.pipeline &&
    a.model.id === b.model.id &&
    a.model.revision === b.model.revision &&
    a.variant === b.variant &&
    a.options.detailPx === b.options.detailPx &&
    a.options.maxLongSidePx === b.options.maxLongSidePx &&
    !a.options.isExact
  );
}

async function haveSameBytes(a: Blob, b: Blob): Promise<boolean> {
  if (a.size !== b.size) return false;
  const [left, right] = await Promise.all([a.arrayBuffer(), b.arrayBuffer()]);
  const [ours, theirs] = [new Uint8Array(left), new Uint8Array(right)];
  // A plain loop: `every` calls a function per byte, before anything here is compiled.
  for (let index = 0; index < ours.length; index++) if (ours[index] !== theirs[index]) return false;
  return true;
}

export interface EarlyRun {
  /** As the worker's; the first call may get what has been computed. */
  readonly run: Run;
  /** The event as the page's task should see it; null: it is of nobody's task. */
  relay(event: EngineEvent): EngineEvent | null;
}

const TASK_ID = 'early-sample';

/** Begins at once; `onEvent`: progress that came before the page's task took the run over. */
export function beginEarlyRun(
  source: Blob,
  model: ModelManifest,
  run: Run,
  onEvent: (event: EngineEvent) => void,
): EarlyRun {
  const own = makePlainRequest(model);
  const ended = run({ taskId: TASK_ID, source, pipelines: [own] });
  ended.catch(() => undefined);
  let isTaken = false;
  let last: EngineEvent | null = null;
  let shownAs: string | null = null;

  function relay(event: EngineEvent): EngineEvent | null {
    if (event.type !== 'progress' || event.taskId !== TASK_ID) return event;
    last = event;
    return shownAs === null ? null : { ...event, taskId: shownAs };
  }

  return {
    relay,
    async run(request) {
      if (isTaken) return run(request);
      isTaken = true;
      const [first, ...others] = request.pipelines;
      const isWanted =
        first !== undefined &&
        others.length === 0 &&
        isSameRequest(first, own) &&
        (await haveSameBytes(request.source, source));
      if (isWanted) {
        shownAs = request.taskId;
        const event = last && relay(last);
        if (event) onEvent(event);
      }
      // One run at a time; where it failed, the request meets the failure itself.
      const replies = await ended.catch(() => null);
      const isGood = replies?.ok === true && replies.value.every(({ ok }) => ok);
      return isWanted && isGood ? replies : run(request);
    },
  };
}
