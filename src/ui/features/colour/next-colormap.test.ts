import { expect, it } from 'vitest';
import { COLORMAP_IDS } from '../../../render/colormaps.ts';
import { nextColormap } from './next-colormap.ts';

it('walks through all colormaps and comes back', () => {
  let id = COLORMAP_IDS[0] as (typeof COLORMAP_IDS)[number];
  const seen = COLORMAP_IDS.map(() => (id = nextColormap(id)));
  expect(new Set(seen).size).toBe(COLORMAP_IDS.length);
  expect(id).toBe(COLORMAP_IDS[0]);
});
