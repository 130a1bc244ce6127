/** Asks for many things at once whether they are there already: one batch at a time, what comes meanwhile shares the next. */

export interface LookUpOptions<Item, Found> {
  /** In the batch's order; null: not there. A rejection counts as all null. */
  readonly lookUp: (batch: readonly Item[]) => Promise<readonly (Found | null)[]>;
  /** Still asked for? Others are dropped, before they are looked up and after. */
  readonly isWanted: (item: Item) => boolean;
  /** All of a batch that are still wanted, in its order. */
  readonly onFound: (answers: readonly (readonly [item: Item, found: Found | null])[]) => void;
}

export interface LookUps<Item> {
  /** With all that is added in this turn. */
  add(item: Item): void;
}

export function createLookUps<Item, Found>(options: LookUpOptions<Item, Found>): LookUps<Item> {
  let next: Item[] = [];
  let isLookingUp = false;

  function flush(): void {
    if (isLookingUp) return;
    const batch = next.filter(options.isWanted);
    next = [];
    if (batch.length === 0) return;
    isLookingUp = true;
    const finish = (found: readonly (Found | null)[]) => {
      isLookingUp = false;
      flush();
      const answers = batch.map((item, index) => [item, found[index] ?? null] as const);
      options.onFound(answers.filter(([item]) => options.isWanted(item)));
    };
    options.lookUp(batch).then(finish, () => finish([]));
  }

  return {
    add(item) {
      if (next.length === 0) queueMicrotask(flush);
      next.push(item);
    },
  };
}
