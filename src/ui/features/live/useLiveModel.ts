import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { useOfferedModels } from '../../hooks/useOfferedModels.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';

/** Depth models that are on this device, and the one that is set. */
export function useLiveModels(): readonly ModelManifest[] {
  return useOfferedModels('depth');
}

/** The model of photos is the model of live view. */
export function useLiveModel(): ModelManifest {
  const modelId = useSettingsStore((state) => state.modelId);
  const models = useLiveModels();
  return models.find((model) => model.id === modelId) ?? ISOBATH_DEPTH_TINY;
}
