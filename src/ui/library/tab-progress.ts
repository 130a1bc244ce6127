/** How far this tab is with its pictures, for the tabs that wait for them. */
import type { TaskView } from '../../client/inference-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import type { ActiveTasks, LibraryImage } from '../stores/library-store.ts';
import { ALL_PIPELINES, taskIdOf } from '../task-id.ts';
import type { PictureProgress } from './tab-messages.ts';

/** Often enough to follow; every message draws cards in every other tab. */
const INTERVAL_MS = 300;

interface TabProgressOptions {
  /** What this tab works on. */
  readonly listWork: () => readonly LibraryImage[];
  readonly getTasks: () => ReadonlyMap<TaskId, TaskView>;
  /** False: nobody listens, and nothing is looked up. */
  readonly hasListeners: () => boolean;
  readonly tell: (pictures: readonly PictureProgress[]) => void;
  readonly intervalMs?: number;
}

export interface TabProgress {
  /** Something may have changed: what did is told soon, together with all that changes until then. */
  note(): void;
  /** Somebody new listens: everything is told. */
  tellAll(): void;
  close(): void;
}

function findActiveTasks(imageId: string, tasks: ReadonlyMap<TaskId, TaskView>): ActiveTasks {
  return Object.fromEntries(
    ALL_PIPELINES.flatMap((pipeline) => {
      const task = tasks.get(taskIdOf(imageId, pipeline));
      return task?.state === 'queued' || task?.state === 'processing' ? [[pipeline, task]] : [];
    }),
  );
}

/** A task's view is the same object until it changes. */
function isSame(a: ActiveTasks, b: ActiveTasks = {}): boolean {
  return ALL_PIPELINES.every((pipeline) => a[pipeline] === b[pipeline]);
}

/** Tells at most once per interval, and only what has changed. */
export function createTabProgress(options: TabProgressOptions): TabProgress {
  const { listWork, getTasks, hasListeners, tell, intervalMs = INTERVAL_MS } = options;
  let told: ReadonlyMap<string, ActiveTasks> = new Map();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function tellNews(): void {
    timer = null;
    if (!hasListeners()) return;
    const tasks = getTasks();
    const before = told;
    told = new Map(listWork().map(({ id }) => [id, findActiveTasks(id, tasks)]));
    const news = [...told].filter(([id, active]) => !isSame(active, before.get(id)));
    if (news.length > 0) tell(news);
  }

  function note(): void {
    if (timer === null && hasListeners()) timer = setTimeout(tellNews, intervalMs);
  }

  return {
    note,
    tellAll() {
      told = new Map();
      note();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
