/** Notifies subscribers of many small changes at once, and builds the snapshot only when somebody reads it. */

/** Calls back once, soon; never twice. */
export type Schedule = (flush: () => void) => void;

/** A display's frame, about. */
const FRAME_MS = 16;

/**
 * At most once per frame: at once after a pause, else with the next frame; a hidden page has no frames, so a timer stands
 * behind it.
 */
export function createFrameSchedule(now: () => number): Schedule {
  let lastMs = -Infinity;
  return (flush) => {
    let isDone = false;
    const once = () => {
      if (isDone) return;
      isDone = true;
      lastMs = now();
      flush();
    };
    if (now() - lastMs >= FRAME_MS) {
      // The rest of what changes in this turn is part of it.
      queueMicrotask(once);
      return;
    }
    const timer = setTimeout(once, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      once();
    });
  };
}

/** A long line moves all the time, and each move draws every card of it: then a few times a second is enough. */
const BUSY_INTERVAL_MS = 350;

/** `schedule`, but slower while `isBusy`: what drawing costs is missing from computing. */
export function slowWhile(isBusy: () => boolean, schedule: Schedule): Schedule {
  return (flush) => {
    if (isBusy()) setTimeout(flush, BUSY_INTERVAL_MS);
    else schedule(flush);
  };
}

export interface SnapshotStore<Snapshot> {
  /** Something changed: the next read builds anew, subscribers hear of it soon; `isUrgent`: with this turn's end. */
  markChanged(isUrgent?: boolean): void;
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
}

export function createSnapshotStore<Snapshot>(
  build: () => Snapshot,
  schedule: Schedule,
): SnapshotStore<Snapshot> {
  const listeners = new Set<() => void>();
  let snapshot: Snapshot | null = null;
  let isScheduled = false;

  function flush(): void {
    // What was urgent has told everything already.
    if (!isScheduled) return;
    isScheduled = false;
    for (const listener of [...listeners]) listener();
  }

  return {
    markChanged(isUrgent = false) {
      snapshot = null;
      if (listeners.size === 0 || (isScheduled && !isUrgent)) return;
      isScheduled = true;
      if (isUrgent) queueMicrotask(flush);
      else schedule(flush);
    },
    getSnapshot: () => (snapshot ??= build()),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The previous object where nothing in it changed, so that selectors keep still. For small JSON-like values. */
export function keepIdentity<T>(previous: T | undefined, next: T): T {
  return previous !== undefined && JSON.stringify(previous) === JSON.stringify(next) ? previous : next;
}
