/** Collects changes of many pictures into few updates of the store: a hundred files are not a hundred renders. */
import type { LibraryImage } from '../stores/library-store.ts';

export type ImageChange = Partial<Omit<LibraryImage, 'id'>>;

export interface ChangeBuffer {
  push(id: string, change: ImageChange): void;
  flush(): void;
}

/** Whether it says what is not known of the picture already. */
export function isNews(image: LibraryImage | undefined, change: ImageChange): boolean {
  const { outcome, ...facts } = change;
  return Object.keys(facts).length > 0 || outcome?.state !== image?.outcome.state;
}

/** More changes than this in one interval are a batch of files: then fewer, larger updates. */
const MANY_CHANGES = 3;
const SLOW_DOWN = 5;

/** The first change goes through at once, those of the next `intervalMs` together, and while there are many, those of a longer time. */
export function createChangeBuffer(
  apply: (changes: ReadonlyMap<string, ImageChange>) => void,
  intervalMs = 50,
): ChangeBuffer {
  let changes = new Map<string, ImageChange>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    if (changes.size === 0) return;
    const batch = changes;
    changes = new Map();
    apply(batch);
  }

  function onTimer(): void {
    timer = null;
    const { size } = changes;
    if (size === 0) return;
    flush();
    timer = setTimeout(onTimer, size > MANY_CHANGES ? intervalMs * SLOW_DOWN : intervalMs);
  }

  return {
    push(id, change) {
      changes.set(id, { ...changes.get(id), ...change });
      if (timer !== null) return;
      flush();
      timer = setTimeout(onTimer, intervalMs);
    },
    flush,
  };
}
