/** Passes settings on to the client as they change; the client never reads a store. */
import type { ClientSettings, InferenceClient } from '../client/inference-client.types.ts';
import type { LibraryPersistence } from './library/library-persistence.ts';
import { useLibraryStore } from './stores/library-store.ts';
import { useSettingsStore, type Settings } from './stores/settings-store.ts';

export function toClientSettings(settings: Settings): ClientSettings {
  const { executionProvider, workers, threads, taskTimeoutMs, cacheBudgetBytes } = settings;
  return { executionProvider, workers, threads, taskTimeoutMs, cacheBudgetBytes };
}

/** Returns the remover. */
export function connectSettings(client: InferenceClient, persistence: LibraryPersistence): () => void {
  return useSettingsStore.subscribe((settings, previous) => {
    const next = toClientSettings(settings);
    const before = toClientSettings(previous);
    const keys = Object.keys(next) as (keyof ClientSettings)[];
    if (keys.some((key) => next[key] !== before[key])) client.configure(next);
    if (settings.keepLibrary !== previous.keepLibrary) {
      persistence.setEnabled(settings.keepLibrary, useLibraryStore.getState().images);
    }
  });
}
