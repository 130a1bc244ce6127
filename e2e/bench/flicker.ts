/** How steady live view is: the app's own smoothing on what the embedded model makes of a noisy camera. */
import { createSteadyScenes } from '../../src/testing/steady-scenes.ts';
import type { BenchRow } from './table.ts';

export async function measureFlicker(): Promise<BenchRow[]> {
  const scenes = await createSteadyScenes();
  const { raw, steady } = await scenes.measureFlicker();
  const { settleFrames } = await scenes.measureCut();
  const lagFrames = await scenes.measureLag();
  const perMille = (change: number) => `${(change * 1000).toFixed(2)} ‰ a frame`;
  return [
    {
      name: 'live: flicker of a still, noisy scene, steadied against raw',
      ours: perMille(steady),
      theirs: perMille(raw),
      ratio: steady / raw,
      wanted: { atMost: 0.25 },
    },
    {
      name: 'live: frames until a scene cut has settled, of 2 allowed',
      ours: `${settleFrames} frames`,
      theirs: '2 frames',
      ratio: settleFrames / 2,
      wanted: { atMost: 1 },
    },
    {
      name: 'live: lag of a moving edge, of 1 frame allowed',
      ours: `${lagFrames.toFixed(2)} frames`,
      theirs: '1 frame',
      ratio: lagFrames,
      wanted: { atMost: 1 },
    },
  ];
}
