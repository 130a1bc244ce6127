/** How often the live worker may die before it is given up. */

/** Deaths of the worker within this time after which nothing is restarted any more. */
const RESTART_WINDOW_MS = 60_000;
const MAX_RESTARTS = 3;

export interface RestartBudget {
  /** The worker has died: false, it is not to be started again. */
  spend(): boolean;
}

export function createRestartBudget(now: () => number): RestartBudget {
  let deathsMs: number[] = [];
  return {
    spend() {
      const nowMs = now();
      deathsMs = [...deathsMs.filter((ms) => nowMs - ms < RESTART_WINDOW_MS), nowMs];
      return deathsMs.length <= MAX_RESTARTS;
    },
  };
}
