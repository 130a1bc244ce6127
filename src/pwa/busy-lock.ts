/** Which tabs work: a tab at work holds the lock shared, whoever wants all of them idle asks for it exclusively. */
const LOCK_NAME = 'isobath:busy';

export interface BusyLock {
  /** This tab works until the returned function is called, and until all others have been, too. */
  hold(): () => void;
  /** Runs when no tab works, and keeps new work from counting as busy until it ends. */
  whenAllIdle<T>(run: () => Promise<T>): Promise<T>;
}

/** Without Web Locks (plain http) only this tab is known. */
export function createBusyLock(locks: LockManager | undefined): BusyLock {
  let release: (() => void) | null = null;
  const holders = new Set<symbol>();
  const waiting: (() => void)[] = [];

  function end(): void {
    release?.();
    release = null;
    for (const resume of waiting.splice(0)) resume();
  }

  return {
    hold() {
      const holder = Symbol();
      holders.add(holder);
      if (release === null) {
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        void locks?.request(LOCK_NAME, { mode: 'shared' }, () => held);
      }
      return () => {
        if (holders.delete(holder) && holders.size === 0) end();
      };
    },
    async whenAllIdle(run) {
      if (locks !== undefined) return await locks.request(LOCK_NAME, run);
      if (holders.size > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return await run();
    },
  };
}
