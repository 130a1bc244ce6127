/** The model that the settings name, and how a task uses it. */
import type { PipelineId, PipelineOptions } from '../../engine/api.ts';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../../engine/models/isobath-parsing-tiny.ts';
import type { ModelManifest, VariantId } from '../../engine/models/manifest.ts';
import { resolveModelOptions, type OptionSettings } from './model-options.ts';
import type { Settings } from '../stores/settings-store.ts';

export interface ChosenModel {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly options: PipelineOptions;
}

/** A model that is not there any more gives way to the embedded one. */
export function resolveChosenModel(
  settings: Pick<Settings, 'modelId' | 'parsingModelId'> & OptionSettings,
  findModel: (id: string) => ModelManifest | undefined,
  pipeline: PipelineId = 'depth-estimation',
): ChosenModel {
  const model =
    pipeline === 'human-parsing'
      ? (findModel(settings.parsingModelId) ?? ISOBATH_PARSING_TINY)
      : (findModel(settings.modelId) ?? ISOBATH_DEPTH_TINY);
  return {
    model,
    variant: model.variants[0]?.id ?? 'fp32',
    options: resolveModelOptions(model, settings),
  };
}
