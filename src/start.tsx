/** Browser composition root: settings, client, stores, then the page. */
import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { BackendMeasuring } from './client/backend-measuring.ts';
import { createDeviceProfile } from './client/device-profile.ts';
import type { EarlyStart } from './client/early-start.ts';
import { createInferenceClient } from './client/inference-client.ts';
import { createModelMemory, LAST_MODEL_KEY } from './client/last-model.ts';
import { chooseMeasured } from './client/measured-choice.ts';
import { createModelLibrary } from './client/model-library.ts';
import { listRefusedVariants } from './client/self-test-key.ts';
import { createPictureClient } from './client/picture-client.ts';
import { CATALOGUE } from './engine/models/catalogue.ts';
import { parseHubs } from './engine/models/hubs.ts';
import { untilFirstQuiet } from './pwa/first-quiet.ts';
import { createAppShell } from './pwa/register.ts';
import { App } from './ui/App.tsx';
import { connectMeasuring } from './ui/connect-measuring.ts';
import { connectModels, createModelFinder } from './ui/connect-models.ts';
import { connectSettings, toClientSettings } from './ui/connect-settings.ts';
import { fetchSample, DEMO_SAMPLE } from './ui/samples.ts';
import { resolveChosenModel } from './ui/library/chosen-model.ts';
import { createEmptiedFlag } from './ui/library/emptied-flag.ts';
import { createLibraryCommands } from './ui/library/library-commands.ts';
import { createLibraryPersistence } from './ui/library/library-persistence.ts';
import { addLateTexts, createI18n, resolveLanguage } from './ui/locales/i18n.ts';
import { Providers } from './ui/providers.tsx';
import { useLibraryStore } from './ui/stores/library-store.ts';
import { notifyUnkept } from './ui/notify-unkept.ts';
import { useNoticeStore } from './ui/stores/notice-store.ts';
import { quietStorage } from './ui/stores/quiet-storage.ts';
import { listenToOtherTabs, useSettingsStore } from './ui/stores/settings-store.ts';
import { useViewStore } from './ui/stores/view-store.ts';
import { parseUrlParameters } from './ui/url-parameters.ts';
import './ui/styles/first-paint.css';

/** When the storage worker starts if nobody needs it earlier. */
const MODELS_START_MS = 4000;

/** From when on the page watches for idle time to measure in: the first maps go first. */
const MEASURING_START_MS = 8000;

/** Reading the property throws in some private windows. */
function readLocalStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** What was begun while this script was on its way: the first worker, and on a first visit the sample. */
export async function start(early: EarlyStart, earlySample: Promise<File | null> | null): Promise<void> {
  const hubs = parseHubs(import.meta.env.VITE_HUBS);
  const { overrides, page, problems } = parseUrlParameters(
    location.search,
    CATALOGUE.map((model) => model.id),
    hubs,
  );
  if (page !== null) useViewStore.getState().setPage(page);
  useSettingsStore.getState().overrideForThisVisit(overrides);
  const settings = useSettingsStore.getState();
  const i18nReady = createI18n(resolveLanguage(settings.language));

  const profile = createDeviceProfile({
    storage: readLocalStorage(),
    fingerprint: navigator.userAgent,
    onOtherTab: (key, listener) =>
      addEventListener('storage', (event) => {
        if (event.key === key && event.newValue !== null) listener();
      }),
  });
  const client = createInferenceClient({
    settings: toClientSettings(settings),
    profile,
    probeDevice: () => early.facts,
    takeEarlyWorker: early.takeWorker,
    modelMemory: createModelMemory((json) =>
      json === null ? quietStorage.removeItem(LAST_MODEL_KEY) : quietStorage.setItem(LAST_MODEL_KEY, json),
    ),
  });
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  const models = createModelLibrary({
    hubs,
    storage: readLocalStorage(),
    deviceMemoryBytes: deviceMemory === undefined ? null : deviceMemory * 1024 ** 3,
    learnt: {
      listRefused: (model) => listRefusedVariants(profile, model),
      findFastest: (model) =>
        chooseMeasured(profile.getMeasurement(model)?.candidates ?? [])?.variant ?? null,
      subscribe: profile.subscribe,
    },
  });
  connectModels(models);
  const findModel = createModelFinder(models);
  const { model, variant } = resolveChosenModel(settings, findModel);
  // What is installed must be known before a picture asks for it; embedded models need not wait.
  const areEmbedded = [settings.modelId, settings.parsingModelId].every((id) => findModel(id)?.isEmbedded);
  const modelsReady = areEmbedded ? Promise.resolve() : models.ready();
  const pictures = createPictureClient();
  // A picture will come at once: its worker is ready by then.
  if (earlySample !== null) pictures.prepare();
  const emptiedFlag = createEmptiedFlag();
  const persistence = createLibraryPersistence({
    isEnabled: settings.keepLibrary,
    onProblem: (problem) => {
      void i18nReady.then(({ t }) => {
        if (problem === 'unavailable') return notifyUnkept('pictures', t);
        const text = t('notices.libraryTrimmed');
        useNoticeStore.getState().notify({ id: 'library-storage', tone: 'info', text });
      });
    },
  });
  const shell = createAppShell({
    serviceWorkerUrl: import.meta.env.HAS_SERVICE_WORKER
      ? `${import.meta.env.BASE_URL}service-worker.js`
      : null,
    scope: import.meta.env.BASE_URL,
    usesWebGpu: () => client.getSnapshot().backend.executionProvider === 'webgpu',
  });
  const library = createLibraryCommands({
    client,
    pictures,
    persistence,
    emptiedFlag,
    findModel,
    openTabs: async (inside) =>
      (await import('./ui/library/library-tabs.ts')).openLibraryTabs({ inside, persistence }),
  });
  connectSettings(client, persistence);
  listenToOtherTabs();
  document.addEventListener('visibilitychange', () => document.hidden && persistence.flush());
  window.addEventListener('pagehide', () => persistence.flush());

  let measuring: Promise<BackendMeasuring> | null = null;
  const openMeasuring = (): Promise<BackendMeasuring> => {
    measuring ??= connectMeasuring({ client, profile, models });
    return measuring;
  };
  setTimeout(() => void openMeasuring().catch(() => undefined), MEASURING_START_MS);

  // Keeping the whole app for offline use waits for the first map.
  void untilFirstQuiet({
    subscribe: client.subscribe,
    isBusy: () => {
      const { queuedCount, processingCount } = client.getSnapshot();
      return queuedCount + processingCount > 0;
    },
  }).then(() => shell.start());

  // The lists of models want to know what is installed; the first picture goes first.
  setTimeout(() => void models.ready(), MODELS_START_MS);
  void modelsReady.then(library.restore).then(async () => {
    if (useLibraryStore.getState().images.length > 0) return;
    if (emptiedFlag.isSet()) {
      // Nothing to compute yet: the first drop finds everything ready.
      if (model.isEmbedded) client.warmUp(model, variant);
      return;
    }
    const file = (await earlySample) ?? (await fetchSample(DEMO_SAMPLE).catch(() => null));
    // The first own picture may have come in the meantime.
    if (useLibraryStore.getState().images.length > 0) return;
    library.showDemo(file && { name: file.name, blob: file });
    if (file !== null) useViewStore.getState().requestSweep();
  });

  const i18n = await i18nReady;
  for (const problem of problems) {
    useNoticeStore.getState().notify({
      id: `parameter-${problem.parameter}`,
      tone: 'error',
      text: i18n.t('notices.parameter', { ...problem }),
    });
  }

  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <Providers
        services={{ client, pictures, models, profile, openMeasuring, shell, library, persistence }}
        queryClient={
          new QueryClient({ defaultOptions: { queries: { networkMode: 'always', retry: false } } })
        }
        i18n={i18n}
      >
        <App />
      </Providers>
    </StrictMode>,
  );
  void addLateTexts(i18n);
}
