/** Starts slots: spawn, connect, watchdog, and a bound on attempts, so that a worker that dies at birth is not respawned in a loop. */
import type { Capabilities, EngineEvent } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { Clock } from './clock.ts';
import type { Slot, SpawnSlot } from './slot.ts';

/** Deaths in a row before the first connect that are taken for bad luck. */
const MAX_ATTEMPTS = 3;
/** After that, starts fail at once for so long; then one start may try again. */
const COOL_DOWN_MS = 5000;

export interface SlotStarterOptions<Source> {
  readonly spawn: SpawnSlot<Source>;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly onStarted: (slot: Slot<Source>, capabilities: Capabilities, durationMs: number) => void;
  /** No slot will come: WORKER_START_FAILED, or the engine's own refusal (EXECUTION_PROVIDER_UNAVAILABLE ...). Called later, never inside `start`. */
  readonly onFailed: (error: EngineError) => void;
  readonly onEvent: (slot: Slot<Source>, event: EngineEvent) => void;
  /** A started slot died. */
  readonly onCrash: (slot: Slot<Source>, error: Error) => void;
}

export interface SlotStarter {
  start(): void;
  startingCount(): number;
  /** Ends the slots that are still starting. */
  dispose(): void;
}

export function createSlotStarter<Source>(options: SlotStarterOptions<Source>): SlotStarter {
  const { clock } = options;
  const abandonAttempt = new Set<() => void>();
  let deathsInRow = 0;
  let blocked: { readonly untilMs: number; readonly error: EngineError } | null = null;
  let startingCount = 0;

  function fail(error: EngineError): void {
    // Later: a failure inside `start` would re-enter the pool's dispatch.
    queueMicrotask(() => {
      startingCount -= 1;
      options.onFailed(error);
    });
  }

  function onDeath(cause: Error): void {
    deathsInRow += 1;
    if (deathsInRow < MAX_ATTEMPTS) {
      attempt();
      return;
    }
    const error = new EngineError(
      'WORKER_START_FAILED',
      `A worker failed to start ${deathsInRow} times: ${cause.message}`,
      { cause, details: { attempts: deathsInRow } },
    );
    // The next start after the pause gets one attempt.
    deathsInRow = MAX_ATTEMPTS - 1;
    blocked = { untilMs: clock.now() + COOL_DOWN_MS, error };
    fail(error);
  }

  function attempt(): void {
    const startedMs = clock.now();
    let phase: 'starting' | 'started' | 'over' = 'starting';
    let slot: Slot<Source> | undefined;

    const die = (cause: Error) => {
      if (phase === 'started' && slot) {
        phase = 'over';
        options.onCrash(slot, cause);
        return;
      }
      if (!close()) return;
      slot?.terminate();
      onDeath(cause);
    };
    const close = (): boolean => {
      if (phase !== 'starting') return false;
      phase = 'over';
      cancelWatchdog();
      abandonAttempt.delete(abandon);
      return true;
    };
    const abandon = () => {
      if (close()) slot?.terminate();
    };
    const cancelWatchdog = clock.setTimer(
      () => die(new Error(`no answer to connect within ${options.connectTimeoutMs} ms`)),
      options.connectTimeoutMs,
    );
    abandonAttempt.add(abandon);

    try {
      slot = options.spawn(die);
    } catch (cause) {
      die(cause instanceof Error ? cause : new Error(String(cause)));
      return;
    }
    const spawned = slot;
    spawned
      .connect((event) => options.onEvent(spawned, event))
      .then(
        (capabilities) => {
          if (!close()) return;
          phase = 'started';
          deathsInRow = 0;
          blocked = null;
          startingCount -= 1;
          options.onStarted(spawned, capabilities, clock.now() - startedMs);
        },
        (error: unknown) => {
          if (!(error instanceof EngineError)) {
            die(error instanceof Error ? error : new Error(String(error)));
          } else if (close()) {
            // An answer, not a death: asking again would get the same.
            spawned.terminate();
            fail(error);
          }
        },
      );
  }

  return {
    start() {
      startingCount += 1;
      if (blocked && clock.now() < blocked.untilMs) fail(blocked.error);
      else attempt();
    },
    startingCount: () => startingCount,
    dispose() {
      for (const abandon of [...abandonAttempt]) abandon();
    },
  };
}
