import { useCallback } from 'react';
import type { LiveSource, LiveSourceKind } from '../../../client/live-client.types.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useLive } from './live-context.ts';

const FILM_INPUT_ID = 'video-file-input';

export function openFilmPicker(): void {
  document.querySelector<HTMLInputElement>(`#${FILM_INPUT_ID}`)?.click();
}

export { FILM_INPUT_ID };

function toSource(kind: Exclude<LiveSourceKind, 'file'>): LiveSource {
  if (kind === 'screen') return { kind };
  const { cameraId, facing, cameraHeightPx } = useLiveStore.getState();
  return { kind, camera: { deviceId: cameraId, facing, heightPx: cameraHeightPx } };
}

/** Starts the chosen source; a film is chosen first. */
export function useStart(): () => void {
  const live = useLive();
  return useCallback(() => {
    const { sourceKind } = useLiveStore.getState();
    if (sourceKind === 'file') openFilmPicker();
    else void live.start(toSource(sourceKind));
  }, [live]);
}

/** Opens the camera again after its settings changed, if it is on. */
export function useReopenCamera(): () => void {
  const live = useLive();
  return useCallback(() => {
    const { state, sourceKind } = live.getSnapshot();
    if (sourceKind === 'camera' && state !== 'idle') void live.start(toSource('camera'));
  }, [live]);
}
