/** Steadiness on what the embedded model really makes of a noisy camera: flicker, cuts, moving edges. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createSteadyScenes, type SteadyScenes } from '../testing/steady-scenes.ts';

let scenes: SteadyScenes;

beforeAll(async () => {
  scenes = await createSteadyScenes();
});

describe('steadiness of the embedded model', () => {
  it('shows at most a quarter of the flicker of a still, noisy scene', async () => {
    const { raw, steady, cutCount } = await scenes.measureFlicker();
    expect(raw).toBeGreaterThan(0);
    expect(cutCount).toBe(1);
    expect(steady / raw).toBeLessThanOrEqual(0.25);
  }, 60_000);

  it('keeps nothing of the scene before a cut', async () => {
    expect(await scenes.measureCut()).toEqual({ settleFrames: 0, isSeen: true });
  }, 60_000);

  it('follows a moving edge with less than a frame of lag', async () => {
    expect(await scenes.measureLag()).toBeLessThan(1);
  }, 60_000);
});
