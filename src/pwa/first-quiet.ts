/** When the page may fetch what it does not need yet: never beside the first map. */

/** What is looked at: the client's task queue. */
export interface ObservedWork {
  subscribe(listener: () => void): () => void;
  isBusy(): boolean;
}

/** After the last task: what follows a map (thumbnail, refinement, another import) comes within this time. */
const AFTER_WORK_MS = 1500;
/** Nothing to compute in this visit, it seems. */
const WITHOUT_WORK_MS = 8000;

/** Resolves once, when work has been done and none has followed, or when none came at all. */
export function untilFirstQuiet(work: ObservedWork): Promise<void> {
  return new Promise((resolve) => {
    let hasWorked = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      if (work.isBusy()) {
        hasWorked = true;
        clearTimeout(timer);
        timer = undefined;
        return;
      }
      timer ??= setTimeout(finish, hasWorked ? AFTER_WORK_MS : WITHOUT_WORK_MS);
    };
    const unsubscribe = work.subscribe(look);
    function finish(): void {
      unsubscribe();
      resolve();
    }
    look();
  });
}
