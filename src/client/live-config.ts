/** From what the user set and what is known here to what the live worker is told: pure. */
import { resolveOptions } from '../engine/image/input-size.ts';
import type { LiveConfig } from '../worker/live-api.ts';
import type { DeviceFacts } from './backend-choice.ts';
import type { LiveSettings, LiveSnapshot } from './live-client.types.ts';
import { chooseLiveLanes } from './live-lanes.ts';

export interface LiveSituation {
  readonly device: DeviceFacts;
  readonly sourceKind: LiveSnapshot['sourceKind'];
  /** WebGPU was tried and has failed. */
  readonly hasGpuFailed: boolean;
  /** The self-test found WASM wrong about this model. */
  readonly isWasmWrong: boolean;
}

export function makeLiveConfig(
  { model, variant, detailPx, targetFps, steadiness, isMirrored, compute, isBatchBusy }: LiveSettings,
  { device, sourceKind, hasGpuFailed, isWasmWrong }: LiveSituation,
): LiveConfig {
  const memoryBytes = model.variants.find(({ id }) => id === variant)?.memoryBytes ?? 0;
  return {
    request: {
      pipeline: model.task === 'depth' ? 'depth-estimation' : 'human-parsing',
      model,
      variant,
      options: resolveOptions(model.input, { detailPx }),
    },
    targetFps,
    steadiness,
    // A screen or a film that is turned round is of no use to anybody.
    isMirrored: isMirrored && sourceKind === 'camera',
    lanes: chooseLiveLanes(compute, device, memoryBytes, { hasGpuFailed, isBatchBusy, isWasmWrong }),
  };
}
