import { CATALOGUE } from '../../../engine/models/catalogue.ts';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';

/** Depth models that are there without a download, and the one that is set. */
export function useLiveModels(): readonly ModelManifest[] {
  const modelId = useSettingsStore((state) => state.modelId);
  return CATALOGUE.filter((model) => model.task === 'depth' && (model.isEmbedded || model.id === modelId));
}

/** The model of photos is the model of live view. */
export function useLiveModel(): ModelManifest {
  const modelId = useSettingsStore((state) => state.modelId);
  const models = useLiveModels();
  return models.find((model) => model.id === modelId) ?? ISOBATH_DEPTH_TINY;
}
