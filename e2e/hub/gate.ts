/** A gate that a download waits at: what a test does to it in the middle does not depend on speed. */
export interface Gate {
  close(): void;
  open(): void;
  whenOpen(): Promise<void>;
}

/** Open at first. */
export function createGate(): Gate {
  let isClosed = false;
  const waiting: (() => void)[] = [];
  return {
    close: () => void (isClosed = true),
    open() {
      isClosed = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    whenOpen: () => (isClosed ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
}
