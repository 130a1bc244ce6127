/** What live view shows of itself while nothing runs. */
import type { LiveSnapshot } from './live-client.types.ts';

export const IDLE: LiveSnapshot = {
  state: 'idle',
  problem: null,
  sourceKind: null,
  model: { state: 'idle' },
  stats: null,
  frameSize: null,
  cameras: [],
  activeCamera: null,
  film: null,
  transport: null,
  hasGpuFailed: false,
  isMirrorShown: false,
  restarts: 0,
};

/** What was learnt of the device and the model outlives a source. */
export function toIdle({ cameras, hasGpuFailed, restarts, model }: LiveSnapshot): LiveSnapshot {
  return { ...IDLE, cameras, hasGpuFailed, restarts, model };
}
