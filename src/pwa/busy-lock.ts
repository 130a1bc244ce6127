/** Which tabs work: a tab at work holds the lock shared, whoever wants all of them idle asks for it exclusively. */
const LOCK_NAME = 'isobath:busy';

export interface BusyLock {
  setBusy(isBusy: boolean): void;
  /** Runs when no tab works, and keeps new work from counting as busy until it ends. */
  whenAllIdle<T>(run: () => Promise<T>): Promise<T>;
}

/** Without Web Locks (plain http) only this tab is known. */
export function createBusyLock(locks: LockManager | undefined): BusyLock {
  let release: (() => void) | null = null;
  let isBusyNow = false;
  const waiting: (() => void)[] = [];
  return {
    setBusy(isBusy) {
      if (isBusy === isBusyNow) return;
      isBusyNow = isBusy;
      if (!isBusy) {
        release?.();
        release = null;
        for (const resume of waiting.splice(0)) resume();
        return;
      }
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      void locks?.request(LOCK_NAME, { mode: 'shared' }, () => held);
    },
    async whenAllIdle(run) {
      if (locks !== undefined) return await locks.request(LOCK_NAME, run);
      if (isBusyNow) await new Promise<void>((resolve) => waiting.push(resolve));
      return await run();
    },
  };
}
