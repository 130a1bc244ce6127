import { useMemo } from 'react';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import { toRunnable } from '../connect-models.ts';
import { useModelSnapshot } from '../services.tsx';
import { useSettingsStore } from '../stores/settings-store.ts';

/** Models of a task that can run now, as installed, and the one that is set, whatever its state. */
export function useOfferedModels(task: ModelManifest['task']): readonly ModelManifest[] {
  const entries = useModelSnapshot((snapshot) => snapshot.models);
  const modelId = useSettingsStore((state) => (task === 'parsing' ? state.parsingModelId : state.modelId));
  return useMemo(
    () =>
      entries
        .filter(
          ({ manifest, status }) =>
            manifest.task === task && (status.state === 'ready' || manifest.id === modelId),
        )
        .map(toRunnable),
    [entries, task, modelId],
  );
}
