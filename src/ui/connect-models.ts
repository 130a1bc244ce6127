/** Ties the model library to settings and device, and answers which manifest a task runs with. */
import { probeModelDevice } from '../client/model-device.ts';
import type { ModelEntry, ModelLibrary } from '../client/model-library.types.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { useSettingsStore, type Settings } from './stores/settings-store.ts';

const runnables = new WeakMap<ModelEntry, ModelManifest>();

/** The manifest as installed, the variant in use first: the first one is what a task takes. The same object per entry. */
export function toRunnable(entry: ModelEntry): ModelManifest {
  const known = runnables.get(entry);
  if (known !== undefined) return known;
  const { manifest, variant } = entry;
  const others = manifest.variants.filter(({ id }) => id !== variant.id);
  const runnable = others.length === 0 ? manifest : { ...manifest, variants: [variant, ...others] };
  runnables.set(entry, runnable);
  return runnable;
}

/** By id; undefined for a user's model that was deleted. */
export function createModelFinder(models: ModelLibrary): (id: string) => ModelManifest | undefined {
  return (id) => {
    const entry = models.getSnapshot().models.find(({ manifest }) => manifest.id === id);
    return entry === undefined ? undefined : toRunnable(entry);
  };
}

/** Follows the settings: hub, and the provider that files are chosen for. Returns the remover. */
export function connectModels(models: ModelLibrary): () => void {
  const applyHub = (hub: string): void => {
    // A mirror that this deployment lists no more gives way to the default one.
    if (hub !== '' && models.setHub(hub)) return;
    const [defaultHub] = models.getSnapshot().hubs;
    if (defaultHub !== undefined) models.setHub(defaultHub.baseUrl);
  };
  const applyDevice = async (provider: Settings['executionProvider']): Promise<void> => {
    models.setDevice(await probeModelDevice(provider));
  };
  const { hub, executionProvider } = useSettingsStore.getState();
  applyHub(hub);
  void applyDevice(executionProvider);
  return useSettingsStore.subscribe((settings, previous) => {
    if (settings.hub !== previous.hub) applyHub(settings.hub);
    if (settings.executionProvider !== previous.executionProvider) {
      void applyDevice(settings.executionProvider);
    }
  });
}
