/** What a card shows: the task where there is one, else how the last one ended. */
import type { TaskView } from '../../client/inference-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import type { WireError } from '../../engine/errors.ts';
import type { ActiveTask, Elsewhere, LibraryImage } from '../stores/library-store.ts';
import {
  ALL_PIPELINES,
  pipelineOf,
  pipelinesOf,
  taskChoiceOf,
  taskIdOf,
  type ResultKind,
  type TaskChoice,
} from '../task-id.ts';

export type CardState =
  /** The file is looked at: size, thumbnail. Counts as queued. */
  | { readonly state: 'reading' }
  /** Another tab works on it; its task, where it has told of it. Without one it counts as queued. */
  | { readonly state: 'elsewhere'; readonly task: ActiveTask | null }
  | Extract<TaskView, { state: 'queued' | 'processing' | 'done' | 'cancelled' }>
  | { readonly state: 'failed'; readonly error: WireError };

/** Of several tasks the one that says most about the picture comes first. */
const PRECEDENCE: readonly TaskView['state'][] = ['processing', 'queued', 'failed', 'cancelled', 'done'];

/** The tasks of one picture as one: what still runs, else what went wrong, else done. The same object where there is only one. */
export function mergeTasks(tasks: readonly (TaskView | undefined)[]): TaskView | undefined {
  const known = tasks.filter((task) => task !== undefined);
  const state = PRECEDENCE.find((candidate) => known.some((task) => task.state === candidate));
  const first = known.find((task) => task.state === state);
  if (first?.state !== 'done' || known.length === 1) return first;
  const summaries = known.flatMap((task) => (task.state === 'done' ? [task.summary] : []));
  return {
    state: 'done',
    summary: {
      ...first.summary,
      cache: summaries.every(({ cache }) => cache === 'hit') ? 'hit' : 'miss',
      // They share a run: the longer one is what the picture took.
      totalMs: Math.max(...summaries.map(({ totalMs }) => totalMs)),
    },
  };
}

/** The wanted tasks of a picture as one. */
export function findPictureTask(
  image: Pick<LibraryImage, 'id' | 'task'>,
  tasks: ReadonlyMap<TaskId, TaskView>,
  forAll: TaskChoice,
): TaskView | undefined {
  const pipelines = pipelinesOf(taskChoiceOf(image, forAll));
  return mergeTasks(pipelines.map((pipeline) => tasks.get(taskIdOf(image.id, pipeline))));
}

const READING: CardState = { state: 'reading' };
const CANCELLED: CardState = { state: 'cancelled' };

function findTaskElsewhere({ tasks }: Elsewhere, only: ResultKind | undefined): ActiveTask | null {
  const pipelines = only === undefined ? ALL_PIPELINES : [pipelineOf(only)];
  const task = mergeTasks(pipelines.map((pipeline) => tasks[pipeline]));
  return task?.state === 'queued' || task?.state === 'processing' ? task : null;
}

/** `task`: this tab's, merged; of one result where `only` names it. */
export function deriveCardState(
  image: LibraryImage,
  task: TaskView | undefined,
  only?: ResultKind,
): CardState {
  // While another tab is at it, what came of it here before is not the last word on the whole.
  const isOld = task?.state === 'done' && only === undefined && Boolean(image.elsewhere);
  if (task !== undefined && !isOld) return task;
  if (image.outcome.state === 'failed') return image.outcome;
  if (image.outcome.state === 'cancelled') return CANCELLED;
  if (!image.elsewhere) return READING;
  return { state: 'elsewhere', task: findTaskElsewhere(image.elsewhere, only) };
}

/** For `data-state`: reading is part of waiting, and another tab's work is work. */
export function toTaskState(card: CardState): TaskView['state'] {
  if (card.state === 'elsewhere') return card.task?.state ?? 'queued';
  return card.state === 'reading' ? 'queued' : card.state;
}

/** True while cancelling makes sense. */
export function isActive(card: CardState): boolean {
  const state = toTaskState(card);
  return state === 'queued' || state === 'processing';
}

export interface LibraryCounts {
  readonly total: number;
  readonly active: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
}

export function countCards(
  images: readonly LibraryImage[],
  tasks: ReadonlyMap<TaskId, TaskView>,
  forAll: TaskChoice = 'depth',
): LibraryCounts {
  const counts = { total: images.length, active: 0, done: 0, failed: 0, cancelled: 0 };
  for (const image of images) {
    const card = deriveCardState(image, findPictureTask(image, tasks, forAll));
    if (isActive(card)) counts.active += 1;
    else if (card.state === 'done') counts.done += 1;
    else if (card.state === 'failed') counts.failed += 1;
    else counts.cancelled += 1;
  }
  return counts;
}

/** {@link countCards} that returns the same object while the numbers are the same, so that readers do not draw again. */
export function createCountSelector() {
  let lastImages: readonly LibraryImage[] | null = null;
  let lastTasks: ReadonlyMap<TaskId, TaskView> | null = null;
  let lastForAll: TaskChoice = 'depth';
  let last: LibraryCounts = { total: 0, active: 0, done: 0, failed: 0, cancelled: 0 };
  return (
    images: readonly LibraryImage[],
    tasks: ReadonlyMap<TaskId, TaskView>,
    forAll: TaskChoice = 'depth',
  ): LibraryCounts => {
    if (images === lastImages && tasks === lastTasks && forAll === lastForAll) return last;
    lastForAll = forAll;
    lastImages = images;
    lastTasks = tasks;
    const next = countCards(images, tasks, forAll);
    const keys = Object.keys(next) as (keyof LibraryCounts)[];
    if (keys.some((key) => next[key] !== last[key])) last = next;
    return last;
  };
}
