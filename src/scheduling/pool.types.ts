/** What a pool is asked, and what it says. */
import type { Capabilities, EngineEvent } from '../engine/api.ts';
import type { Clock } from './clock.ts';
import type { Executor } from './executor.ts';
import type { SpawnSlot } from './slot.ts';

/** Why a slot was given up. */
export type SlotLoss =
  'crashed' | 'timed-out' | 'out-of-memory' | 'provider-failed' | 'cancelled' | 'recycled' | 'stalled';

export interface PoolOptions<Source> {
  /** How many slots at most; they start one by one, when work comes. */
  readonly size: number;
  readonly spawn: SpawnSlot<Source>;
  readonly clock: Clock;
  readonly taskTimeoutMs: number;
  /** Bound on spawn and connect together. */
  readonly connectTimeoutMs: number;
  /** Bound on silence while a model loads. */
  readonly loadStallMs: number;
  /** A slot is replaced after so many runs: WASM heaps never shrink. */
  readonly maxRunsPerSlot: number;
  /** The status changed. */
  readonly onChange?: () => void;
  readonly onSlotLost?: (loss: SlotLoss) => void;
  /** A slot's heap has grown. `poolBytes`: of all slots that are there, together. */
  readonly onHeap?: (event: Extract<EngineEvent, { type: 'heap' }>, poolBytes: number) => void;
}

interface PoolStatus {
  readonly size: number;
  readonly startedSlots: number;
  readonly busySlots: number;
  /** What the slots obtained; null before the first one is connected. */
  readonly capabilities: Capabilities | null;
}

export interface Pool<Source> extends Executor<Source> {
  getStatus(): PoolStatus;
  /** Applies to runs that start from now on. */
  setTaskTimeout(timeoutMs: number): void;
  /** Finishes what it has, then disposes itself. */
  retire(): void;
}
