import { COLORMAP_IDS, type ColormapId } from '../../../render/colormaps.ts';

/** The colormap after this one, round and round. */
export function nextColormap(id: ColormapId): ColormapId {
  return COLORMAP_IDS[(COLORMAP_IDS.indexOf(id) + 1) % COLORMAP_IDS.length] ?? COLORMAP_IDS[0];
}
