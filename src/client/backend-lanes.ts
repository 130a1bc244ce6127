/** The pools in use, one lane per provider, from their making until what they were given is done. */
import type { ExecutionProvider, PipelineRequest } from '../engine/api.ts';
import type { Pool } from '../scheduling/pool.types.ts';
import { isSameChoice, type BackendChoice } from './backend-choice.ts';

/** The pool of a provider, and what it was last asked for. */
export interface Lane {
  readonly pool: Pool<Blob>;
  readonly choice: BackendChoice;
  /** How many times memory had run out when it was made. */
  readonly squeezes: number;
  lastAsked: readonly PipelineRequest[];
  readonly inFlight: number;
  /** Counts as in flight until `work` settles. */
  occupy<T>(work: () => Promise<T>): Promise<T>;
  untilIdle(): Promise<void>;
}

export interface LanesOptions {
  readonly createPool: (choice: BackendChoice) => Pool<Blob>;
  readonly onChange: () => void;
}

export interface Lanes {
  /** The lane that was asked last: what the status speaks of. */
  readonly current: Lane | null;
  list(): readonly Lane[];
  /** The lane for this choice; an old pool of its provider finishes what it has. */
  install(choice: BackendChoice, wanted: readonly PipelineRequest[], squeezes: number): Lane;
  /** Another kind of model waits for the running ones, so that two pools do not share the cores. */
  mustWait(choice: BackendChoice): boolean;
  /** Its pool takes nothing new and ends with its last task. */
  retire(lane: Lane): void;
  dispose(): void;
}

function createLane(
  state: Pick<Lane, 'pool' | 'choice' | 'squeezes' | 'lastAsked'>,
  onChange: () => void,
): Lane {
  let inFlight = 0;
  let whenIdle: (() => void)[] = [];
  return {
    ...state,
    get inFlight() {
      return inFlight;
    },
    async occupy(work) {
      inFlight += 1;
      try {
        return await work();
      } finally {
        inFlight -= 1;
        onChange();
        if (inFlight === 0) {
          for (const resolve of whenIdle) resolve();
          whenIdle = [];
        }
      }
    },
    async untilIdle() {
      if (inFlight > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}

export function createLanes({ createPool, onChange }: LanesOptions): Lanes {
  const lanes = new Map<ExecutionProvider, Lane>();
  const retired = new Set<Lane>();
  let current: Lane | null = null;

  function retire(lane: Lane): void {
    // Those that have finished meanwhile have disposed themselves.
    for (const old of retired) {
      if (old.inFlight === 0 && old.pool.getStatus().startedSlots === 0) retired.delete(old);
    }
    lanes.delete(lane.choice.config.executionProvider);
    if (current === lane) current = null;
    retired.add(lane);
    lane.pool.retire();
  }

  return {
    get current() {
      return current;
    },
    list: () => [...lanes.values()],
    install(choice, wanted, squeezes) {
      const { executionProvider } = choice.config;
      const known = lanes.get(executionProvider);
      if (known && isSameChoice(known.choice, choice)) {
        known.lastAsked = wanted;
        current = known;
        return known;
      }
      if (known) retire(known);
      const lane = createLane({ pool: createPool(choice), choice, squeezes, lastAsked: wanted }, onChange);
      lanes.set(executionProvider, lane);
      current = lane;
      onChange();
      return lane;
    },
    mustWait(choice) {
      const known = lanes.get(choice.config.executionProvider);
      return known !== undefined && known.inFlight > 0 && !isSameChoice(known.choice, choice);
    },
    retire,
    dispose() {
      for (const { pool } of [...lanes.values(), ...retired]) pool.dispose();
    },
  };
}
