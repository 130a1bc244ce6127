/** The model that the settings name, and how a task uses it. */
import type { PipelineOptions } from '../../engine/api.ts';
import { resolveOptions } from '../../engine/image/input-size.ts';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest, VariantId } from '../../engine/models/manifest.ts';
import type { Settings } from '../stores/settings-store.ts';

export interface ChosenModel {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly options: PipelineOptions;
}

/** A model that is not there any more gives way to the embedded one. */
export function resolveChosenModel(
  settings: Pick<Settings, 'modelId' | 'detailPx'>,
  findModel: (id: string) => ModelManifest | undefined,
): ChosenModel {
  const model = findModel(settings.modelId) ?? ISOBATH_DEPTH_TINY;
  return {
    model,
    variant: model.variants[0]?.id ?? 'fp32',
    options: resolveOptions(model.input, { detailPx: settings.detailPx[model.id] ?? null }),
  };
}
