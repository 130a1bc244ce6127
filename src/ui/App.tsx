/** The frame of the app: which feature sits where. */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { LiveRegion } from './components/LiveRegion.tsx';
import { NoticeRegion } from './components/NoticeRegion.tsx';
import { ColourSection } from './features/colour/ColourSection.tsx';
import { ImportSurface } from './features/import/ImportSurface.tsx';
import { MapSection } from './features/map/MapSection.tsx';
import { NumbersSection } from './features/numbers/NumbersSection.tsx';
import { FilmStrip } from './features/queue/FilmStrip.tsx';
import { Welcome } from './features/samples/Welcome.tsx';
import { SaveSection } from './features/save/SaveSection.tsx';
import { BottomSheet } from './features/shell/BottomSheet.tsx';
import { TopBar } from './features/shell/TopBar.tsx';
import { Viewer } from './features/viewer/Viewer.tsx';
import { useShortcuts } from './hooks/shortcuts.ts';
import { useClientNotices } from './hooks/useClientNotices.ts';
import { useIsPhone, useMediaQuery } from './hooks/useMediaQuery.ts';
import { useAppliedSettings } from './hooks/useAppliedSettings.ts';
import { useLibraryStore } from './stores/library-store.ts';
import { useSettingsStore } from './stores/settings-store.ts';
import { useViewStore, type Page } from './stores/view-store.ts';

const SettingsPanel = lazy(async () => ({
  default: (await import('./features/settings/SettingsPanel.tsx')).SettingsPanel,
}));
const HelpPanel = lazy(async () => ({
  default: (await import('./features/help/HelpPanel.tsx')).HelpPanel,
}));
const AboutPanel = lazy(async () => ({
  default: (await import('./features/help/AboutPanel.tsx')).AboutPanel,
}));

/** Pages that exist. */
const PAGES: readonly Page[] = ['photos'];

export function App() {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  // Beside a narrow picture the panel starts closed.
  const isWide = useMediaQuery('(min-width: 1024px)');
  const isPanelOpen = useSettingsStore((state) => state.panels.inspector ?? isWide);
  const hasOnlySamples = useLibraryStore((state) => state.images.every((image) => image.isSample));
  const isEmpty = useLibraryStore((state) => state.isRestored && state.images.length === 0);
  const setOpenPanel = useViewStore((state) => state.setOpenPanel);
  useAppliedSettings();
  useClientNotices();
  useShortcuts({ help: () => setOpenPanel('help'), settings: () => setOpenPanel('settings') });

  const togglePanel = () => {
    const { panels, update } = useSettingsStore.getState();
    update({ panels: { ...panels, inspector: !isPanelOpen } });
  };

  const isWelcoming = hasOnlySamples && !isEmpty;
  const sections = (
    <>
      <MapSection />
      <ColourSection />
      <NumbersSection />
      <SaveSection />
    </>
  );

  return (
    <div className="shell" data-panel={isPanelOpen ? 'open' : 'closed'}>
      <TopBar pages={PAGES} isPanelOpen={isPanelOpen} onTogglePanel={isPhone ? undefined : togglePanel} />
      <main className="shell-viewer" id="viewer" tabIndex={-1}>
        <Viewer empty={isEmpty ? <Welcome layout="stage" /> : undefined} />
      </main>
      <section className="shell-strip" aria-label={t('library.label')} id="library">
        {isPhone && isWelcoming && <Welcome layout="row" />}
        <FilmStrip />
      </section>
      {isPhone ? (
        <BottomSheet>{sections}</BottomSheet>
      ) : (
        // Hidden, not removed: its shortcuts (save, copy, invert ...) work with the panel closed.
        <aside className="shell-inspector" aria-label={t('inspector.label')} hidden={!isPanelOpen}>
          {isWelcoming && <Welcome layout="panel" />}
          {sections}
        </aside>
      )}
      <ImportSurface />
      <Panels />
      <NoticeRegion />
      <LiveRegion />
    </div>
  );
}

/** Sheets that few open: loaded when they are. */
function Panels() {
  const openPanel = useViewStore((state) => state.openPanel);
  const setOpenPanel = useViewStore((state) => state.setOpenPanel);
  const close = () => setOpenPanel(null);
  return (
    <Suspense>
      {openPanel === 'settings' && <SettingsPanel isOpen onClose={close} />}
      {openPanel === 'help' && <HelpPanel isOpen onClose={close} onAbout={() => setOpenPanel('about')} />}
      {openPanel === 'about' && <AboutPanel isOpen onClose={close} />}
    </Suspense>
  );
}
