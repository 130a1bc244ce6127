/** How a model runs by the settings: detail, cap of the long side, exact scores. Pure. */
import type { PipelineOptions } from '../../engine/api.ts';
import { resolveOptions } from '../../engine/image/input-size.ts';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import type { Settings } from '../stores/settings-store.ts';

export type OptionSettings = Pick<Settings, 'detailPx' | 'maxLongSidePx' | 'isExact'>;

/** As stored: no limit. */
export const NO_CAP = 0;

/** True where a cap of the long side changes anything: the shorter side is what the detail fixes. */
export function hasLongSideCap({ input }: Pick<ModelManifest, 'input'>): boolean {
  return input.size.rule === 'closest-scale' || input.size.rule === 'short-side-padded';
}

/** True where scores are published for maps at source size, and a quicker way exists. */
export function hasExactMode({ output }: Pick<ModelManifest, 'output'>): boolean {
  return output.kind === 'mask2former';
}

/** Caps to offer, largest first; null: none. The first is the default where the model has no cap of its own. */
export function listCaps(model: Pick<ModelManifest, 'input'>): readonly (number | null)[] {
  const capped = (maxLongSidePx: number | null) =>
    resolveOptions(model.input, { detailPx: null, maxLongSidePx }).maxLongSidePx;
  return [null, capped(1024), capped(800), capped(640)];
}

export function resolveModelOptions(model: ModelManifest, settings: OptionSettings): PipelineOptions {
  const capPx = hasLongSideCap(model) ? settings.maxLongSidePx[model.id] : undefined;
  const options = resolveOptions(model.input, {
    detailPx: settings.detailPx[model.id] ?? null,
    ...(capPx === undefined ? {} : { maxLongSidePx: capPx === NO_CAP ? null : capPx }),
  });
  const isExact = hasExactMode(model) && settings.isExact[model.id] === true;
  return isExact ? { ...options, isExact } : options;
}
