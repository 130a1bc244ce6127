/** Who misbehaves a few times only. */
import type { Behaviour } from './behaviour.ts';

export interface Turns {
  /** The behaviour, or a good one once it has misbehaved often enough. */
  take(behaviour: Behaviour): Behaviour;
}

export function createTurns(): Turns {
  const misbehaved = new Map<string, number>();
  return {
    take(behaviour) {
      if (behaviour.times === null) return behaviour;
      const count = (misbehaved.get(behaviour.id) ?? 0) + 1;
      misbehaved.set(behaviour.id, count);
      if (count <= behaviour.times) return behaviour;
      return { ...behaviour, cut: null, status: null, wrong: false, html: false, length: null, stall: false };
    },
  };
}
