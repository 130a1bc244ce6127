import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ColorSettings } from '../../render/renderer.ts';
import { composeColor, resolveRange } from '../color-settings.ts';
import { mapQuery, type ViewedMap } from '../queries.ts';
import { useServices } from '../services.tsx';
import { useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { taskIdOf } from '../task-id.ts';
import { useSelectedTask } from './useSelectedTask.ts';

interface ViewedMapState {
  /** null: there is none (yet). */
  readonly viewed: ViewedMap | null;
  /** The task is done, but its map could not be read. */
  readonly error: Error | null;
}

/** The map of the picture in the viewer, once its task is done. Every reader shares one copy. */
export function useViewedMap(): ViewedMapState {
  const { client } = useServices();
  const imageId = useViewStore((state) => state.selectedImageId);
  const task = useSelectedTask('depth');
  const summary = task?.state === 'done' ? task.summary : null;
  const { data, error } = useQuery({
    ...mapQuery(client, taskIdOf(imageId ?? ''), summary),
    enabled: imageId !== null && summary !== null,
  });
  const hasTask = summary !== null;
  return { viewed: (hasTask && data) || null, error: hasTask ? error : null };
}

/** What the viewed map is coloured with; null while there is no map. The same object until something changes. */
export function useColorSettings(viewed: ViewedMap | null): ColorSettings | null {
  const imageId = useViewStore((state) => state.selectedImageId);
  const choice = useViewStore((state) => (imageId === null ? undefined : state.ranges[imageId]));
  const colormap = useSettingsStore((state) => state.colormap);
  const invert = useSettingsStore((state) => state.invert);
  const gamma = useSettingsStore((state) => state.gamma);
  const followEdges = useSettingsStore((state) => state.followEdges);
  return useMemo(
    () =>
      viewed === null
        ? null
        : composeColor({ colormap, invert, gamma, followEdges }, resolveRange(choice, viewed.histogram)),
    [viewed, choice, colormap, invert, gamma, followEdges],
  );
}
