/** A pool over fake slots and a clock that moves by hand, for the pool's tests. */
import { createFakeClock } from './fake-clock.ts';
import { createFakeSpawner, makeFakeRequest, type FakeSpawner } from './fake-slot.ts';
import { createPool } from './pool.ts';
import type { PoolOptions, SlotLoss } from './pool.types.ts';

export function setUpPool(
  change: Partial<PoolOptions<string>> = {},
  spawner: FakeSpawner = createFakeSpawner(),
) {
  const clock = createFakeClock();
  const losses: SlotLoss[] = [];
  const pool = createPool<string>({
    size: 2,
    spawn: spawner.spawn,
    clock,
    taskTimeoutMs: 60_000,
    connectTimeoutMs: 30_000,
    loadStallMs: 100_000,
    maxRunsPerSlot: 1000,
    onSlotLost: (loss) => losses.push(loss),
    ...change,
  });
  function run(taskId: string, { modelId, controller = new AbortController() }: RunChange = {}) {
    const outcome: Outcome = { state: 'pending', abandoned: [] };
    pool
      .run(makeFakeRequest(taskId, 'good', modelId), {
        signal: controller.signal,
        onEvent: () => undefined,
        onAbandonedResult: (replies) => outcome.abandoned.push(replies),
      })
      .then(
        (value) => Object.assign(outcome, { state: 'resolved', value }),
        (error: unknown) => Object.assign(outcome, { state: 'rejected', error }),
      );
    return outcome;
  }
  return { pool, clock, spawner, losses, run };
}

interface RunChange {
  readonly modelId?: string;
  readonly controller?: AbortController;
}

interface Outcome {
  state: 'pending' | 'resolved' | 'rejected';
  value?: unknown;
  error?: unknown;
  readonly abandoned: unknown[];
}
