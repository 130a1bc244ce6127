import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../../../engine/models/isobath-parsing-tiny.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { useOfferedModels } from '../../hooks/useOfferedModels.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';

/** The model of photos is the model of live view, for the task that is chosen here. */
export function useLiveModel(): ModelManifest {
  const task = useLiveStore((state) => state.task);
  const models = useOfferedModels(task);
  const modelId = useSettingsStore((state) => (task === 'parsing' ? state.parsingModelId : state.modelId));
  const embedded = task === 'parsing' ? ISOBATH_PARSING_TINY : ISOBATH_DEPTH_TINY;
  return models.find((model) => model.id === modelId) ?? embedded;
}
