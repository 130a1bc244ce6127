/** Inference beside the live worker: each lane takes one frame at a time; a frame that finds none free is not kept. */
import type { Capabilities, InferenceResult, PipelineRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { DecodedImage } from '../engine/platform.ts';

/** One worker (or one GPU) that turns pictures into maps. */
export interface Lane {
  /** Throws EngineError. One call at a time. */
  run(image: DecodedImage, request: PipelineRequest): Promise<InferenceResult>;
  getCapabilities(): Capabilities | null;
  /** Ends the worker; calls under way reject. */
  dispose(): void;
}

export interface LaneSpawn {
  /** `onProgress`: loading of the model; null: no figure. */
  (onProgress: (fraction: number | null) => void): Lane;
}

export interface Lanes {
  /** True when a frame would be taken now. */
  isFree(): boolean;
  /** Throws EngineError; a lane that failed is replaced before the next frame. `isFirst`: the lane had to load the model. */
  run(
    image: DecodedImage,
    request: PipelineRequest,
  ): Promise<{ readonly result: InferenceResult; readonly isFirst: boolean }>;
  /** Lanes that have proven themselves with a map and may be used. */
  readonly readyCount: number;
  /** Uses so many lanes from now on; those beyond keep their sessions and rest. */
  setCount(count: number): void;
  getCapabilities(): Capabilities | null;
  dispose(): void;
}

interface Slot {
  lane: Lane | null;
  isBusy: boolean;
  isReady: boolean;
}

/**
 * Lanes start one after the other: the second one when the first has made a map, so that the first map is not slowed
 * down by loading the model twice.
 */
export function createLanes(
  count: number,
  spawn: LaneSpawn,
  onProgress: (fraction: number | null) => void,
): Lanes {
  const slots: Slot[] = [];
  let usedCount = 0;
  let isDisposed = false;
  let capabilities: Capabilities | null = null;

  function setCount(next: number): void {
    usedCount = next;
    while (slots.length < next) slots.push({ lane: null, isBusy: false, isReady: false });
  }

  function findFree(): Slot | undefined {
    const used = slots.slice(0, usedCount);
    // A lane that has started comes first; a new one only when all that have started are proven.
    const started = used.filter((slot) => slot.lane !== null);
    const free = started.find((slot) => !slot.isBusy);
    if (free) return free;
    if (started.some((slot) => !slot.isReady)) return undefined;
    return used.find((slot) => slot.lane === null);
  }

  function startLane(slot: Slot): Lane {
    const isFirst = !slots.some((other) => other.isReady);
    const lane = spawn((fraction) => {
      if (isFirst) onProgress(fraction);
    });
    slot.lane = lane;
    return lane;
  }

  setCount(count);
  return {
    setCount,
    isFree: () => !isDisposed && findFree() !== undefined,
    get readyCount() {
      return slots.slice(0, usedCount).filter((slot) => slot.isReady).length;
    },
    async run(image, request) {
      const slot = findFree();
      if (isDisposed || slot === undefined) throw new EngineError('INTERNAL', 'No lane is free');
      slot.isBusy = true;
      try {
        const lane = slot.lane ?? startLane(slot);
        const isFirst = !slot.isReady;
        const result = await lane.run(image, request);
        slot.isReady = true;
        capabilities = lane.getCapabilities();
        return { result, isFirst };
      } catch (error) {
        slot.lane?.dispose();
        slot.lane = null;
        slot.isReady = false;
        throw error;
      } finally {
        slot.isBusy = false;
      }
    },
    getCapabilities: () => capabilities,
    dispose() {
      isDisposed = true;
      for (const slot of slots) {
        slot.lane?.dispose();
        slot.lane = null;
      }
    },
  };
}
