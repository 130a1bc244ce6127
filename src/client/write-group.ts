/** Writes that come in quick succession go to the disk together: a transaction costs more than what is written in it. */
import type { Clock } from '../scheduling/clock.ts';

/** The longest that a write waits for others, and the pause after which a new succession begins. */
const GROUP_MS = 150;
/** Enough to share a transaction's cost. */
const GROUP_LIMIT = 8;

export interface WriteGroupOptions<Item> {
  /** In the order of their coming. Its end, good or bad, is that of every item. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Whether others may follow soon. The last of a succession waits for nobody. */
  readonly isMoreComing: () => boolean;
  readonly clock: Clock;
}

export interface WriteGroup<Item> {
  /** Settles when the item is written. The first of a succession is written at once. */
  add(item: Item): Promise<void>;
}

export function createWriteGroup<Item>(options: WriteGroupOptions<Item>): WriteGroup<Item> {
  let waiting: { readonly item: Item; readonly settle: (end: Promise<void>) => void }[] = [];
  let cancelTimer: (() => void) | null = null;
  let lastAddedMs = -Infinity;

  function flush(): void {
    cancelTimer?.();
    cancelTimer = null;
    const batch = waiting;
    waiting = [];
    const end = options.write(batch.map(({ item }) => item));
    for (const { settle } of batch) settle(end);
  }

  return {
    add(item) {
      const nowMs = options.clock.now();
      const isSuccession = nowMs - lastAddedMs < GROUP_MS;
      lastAddedMs = nowMs;
      return new Promise((resolve) => {
        waiting.push({ item, settle: resolve });
        if (!isSuccession || waiting.length >= GROUP_LIMIT || !options.isMoreComing()) flush();
        else cancelTimer ??= options.clock.setTimer(flush, GROUP_MS);
      });
    },
  };
}
