/** Ties the measuring of backends to what is in use: settings, installed models, the page. */
import type { BackendMeasuring, MeasureTarget } from '../client/backend-measuring.ts';
import { probeDevice } from '../client/device-facts.ts';
import { resolveClientOptions } from '../client/inference-client-options.ts';
import { createInferenceClient } from '../client/inference-client.ts';
import { probeModelDevice } from '../client/model-device.ts';
import type { SelfTestSubject } from '../client/self-test.ts';
import type { PipelineId } from '../engine/api.ts';
import { toRunnable } from './connect-models.ts';
import { toClientSettings } from './connect-settings.ts';
import { resolveChosenModel } from './library/chosen-model.ts';
import { DEMO_SAMPLE, fetchSample } from './samples.ts';
import type { Services } from './services.tsx';
import { useSettingsStore } from './stores/settings-store.ts';
import { pipelinesOf } from './task-id.ts';

/** The model of a pipeline as it would be used now; null while its files are not here. */
export function findMeasureTarget(models: Services['models'], pipeline: PipelineId): MeasureTarget | null {
  const entries = models.getSnapshot().models;
  const findModel = (id: string) => {
    const entry = entries.find(({ manifest }) => manifest.id === id);
    return entry && toRunnable(entry);
  };
  const { model, variant, options } = resolveChosenModel(useSettingsStore.getState(), findModel, pipeline);
  const entry = entries.find(({ manifest }) => manifest.id === model.id);
  if (entry?.status.state !== 'ready') return null;
  const { installedVariants: installed, refusedVariants: refused } = entry;
  return { model, variant, installed, refused, options };
}

/** WASM with every installed model: WebGPU is tested before it computes the first picture. */
export function listSelfTestSubjects(models: Services['models']): readonly SelfTestSubject[] {
  return models
    .getSnapshot()
    .models.filter(({ status }) => status.state === 'ready')
    .map(({ manifest, variant }) => ({ model: manifest, variant: variant.id, provider: 'wasm' }));
}

/** Its code comes late: the first maps go first. */
export async function connectMeasuring({
  client,
  profile,
  models,
}: Pick<Services, 'client' | 'profile' | 'models'>): Promise<BackendMeasuring> {
  const [{ createBackendMeasuring }, { createSelfTests }, { testProvider }] = await Promise.all([
    import('../client/backend-measuring.ts'),
    import('../client/self-tests.ts'),
    import('../client/self-test.ts'),
  ]);
  const environment = resolveClientOptions({ profile });
  return createBackendMeasuring({
    client,
    profile,
    getSettings: () => toClientSettings(useSettingsStore.getState()),
    selfTests: createSelfTests({
      profile,
      test: (subject, signal) => testProvider(subject, environment, signal),
    }),
    listSubjects: () => listSelfTestSubjects(models),
    listTargets: () =>
      pipelinesOf(useSettingsStore.getState().task)
        .map((pipeline) => findMeasureTarget(models, pipeline))
        .filter((target) => target !== null),
    async probeDevice() {
      const facts = await probeDevice(navigator, self.crossOriginIsolated);
      const { hasShaderF16 } = await probeModelDevice(useSettingsStore.getState().executionProvider);
      return { ...facts, hasShaderF16 };
    },
    fetchPicture: () => fetchSample(DEMO_SAMPLE),
    createClient: (settings) =>
      createInferenceClient({
        settings,
        profile,
        indexedDB: undefined,
        memoryBudgetBytes: 0,
        // Frames would add their own time to each photo's.
        schedule: (flush) => setTimeout(flush),
      }),
    isQuiet: () =>
      document.visibilityState === 'visible' &&
      models
        .getSnapshot()
        .models.every(({ status }) => status.state !== 'downloading' && status.state !== 'verifying'),
  });
}
