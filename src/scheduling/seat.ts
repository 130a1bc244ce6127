/** A started slot's place in a pool: what it holds and what it is at. */
import type { RunRequest } from '../engine/api.ts';
import type { Assignment } from './assignment.ts';
import type { Deadline } from './deadlines.ts';
import type { Slot } from './slot.ts';

export interface Seat<Source> {
  readonly slot: Slot<Source>;
  /** Names of the models that it has loaded. */
  readonly models: Set<string>;
  run: { readonly assignment: Assignment<Source>; readonly deadline: Deadline } | null;
  finishedRuns: number;
  heapBytes: number;
  cancelKill: (() => void) | null;
  isLost: boolean;
}

/** Names of the models that a request needs. */
export function modelsOf(request: RunRequest<unknown>): string[] {
  return request.pipelines.map(({ model, variant }) => `${model.id}/${variant}`);
}

export function createSeat<Source>(slot: Slot<Source>): Seat<Source> {
  return {
    slot,
    models: new Set(),
    run: null,
    finishedRuns: 0,
    heapBytes: 0,
    cancelKill: null,
    isLost: false,
  };
}

/** Whether it loads its first model: the runtime is being compiled. */
export function isFirstLoad({ run, models }: Seat<unknown>): boolean {
  return run !== null && models.size === 0;
}

/** An idle seat, one that holds the request's models if there is one. */
export function pickSeat<Source>(
  seats: Iterable<Seat<Source>>,
  request: RunRequest<Source>,
): Seat<Source> | undefined {
  const idle = [...seats].filter((seat) => seat.run === null);
  const wanted = modelsOf(request);
  return idle.find((seat) => wanted.every((model) => seat.models.has(model))) ?? idle[0];
}
