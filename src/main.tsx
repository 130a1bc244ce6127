/** Browser composition root: settings, client, stores, then the page. */
import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createInferenceClient } from './client/inference-client.ts';
import { createPictureClient } from './client/picture-client.ts';
import { CATALOGUE, findModel } from './engine/models/catalogue.ts';
import { App } from './ui/App.tsx';
import { connectSettings, toClientSettings } from './ui/connect-settings.ts';
import { fetchSample, DEMO_SAMPLE } from './ui/features/samples/samples.ts';
import { resolveChosenModel } from './ui/library/chosen-model.ts';
import { createEmptiedFlag } from './ui/library/emptied-flag.ts';
import { createLibraryCommands } from './ui/library/library-commands.ts';
import { createLibraryPersistence } from './ui/library/library-persistence.ts';
import { createI18n, resolveLanguage } from './ui/locales/i18n.ts';
import { Providers } from './ui/providers.tsx';
import { useLibraryStore } from './ui/stores/library-store.ts';
import { useNoticeStore } from './ui/stores/notice-store.ts';
import { listenToOtherTabs, useSettingsStore } from './ui/stores/settings-store.ts';
import { useViewStore } from './ui/stores/view-store.ts';
import { parseUrlParameters } from './ui/url-parameters.ts';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/components.css';
import './ui/styles/shell.css';
import './ui/styles/library.css';
import './ui/styles/panels.css';

async function start(): Promise<void> {
  const { overrides, problems } = parseUrlParameters(
    location.search,
    CATALOGUE.map((model) => model.id),
  );
  useSettingsStore.getState().overrideForThisVisit(overrides);
  const settings = useSettingsStore.getState();
  const i18nReady = createI18n(resolveLanguage(settings.language));

  const client = createInferenceClient({ settings: toClientSettings(settings) });
  const { model, variant } = resolveChosenModel(settings, findModel);
  client.warmUp(model, variant);
  const pictures = createPictureClient();
  const emptiedFlag = createEmptiedFlag();
  const persistence = createLibraryPersistence({
    isEnabled: settings.keepLibrary,
    onProblem: (problem) => {
      void i18nReady.then(({ t }) =>
        useNoticeStore.getState().notify({
          id: 'library-storage',
          tone: 'info',
          text: t(problem === 'trimmed' ? 'notices.libraryTrimmed' : 'notices.libraryUnavailable'),
        }),
      );
    },
  });
  const library = createLibraryCommands({ client, pictures, persistence, emptiedFlag, findModel });
  connectSettings(client, persistence);
  listenToOtherTabs();
  document.addEventListener('visibilitychange', () => document.hidden && persistence.flush());
  window.addEventListener('pagehide', () => persistence.flush());

  void library.restore().then(async () => {
    if (useLibraryStore.getState().images.length > 0 || emptiedFlag.isSet()) return;
    const file = await fetchSample(DEMO_SAMPLE).catch(() => null);
    // The first own picture may have come in the meantime.
    if (file === null || useLibraryStore.getState().images.length > 0) return;
    library.showDemo({ name: file.name, blob: file });
    useViewStore.getState().requestSweep();
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
        services={{ client, pictures, library, persistence }}
        queryClient={
          new QueryClient({ defaultOptions: { queries: { networkMode: 'always', retry: false } } })
        }
        i18n={i18n}
      >
        <App />
      </Providers>
    </StrictMode>,
  );
}

void start();
