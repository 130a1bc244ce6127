/** The frame of the app: bar, page, sheets, notices. */
import { lazy, Suspense } from 'react';
import { getI18n } from 'react-i18next';
import { LiveRegion } from './components/LiveRegion.tsx';
import { ImportSurface } from './features/import/ImportSurface.tsx';
import { PageTabs, TopBar, type Tab } from './features/shell/TopBar.tsx';
import { useShortcuts } from './hooks/shortcuts.ts';
import { useAppShell } from './hooks/useAppShell.ts';
import { useAppliedSettings } from './hooks/useAppliedSettings.ts';
import { useClientNotices } from './hooks/useClientNotices.ts';
import { useHandedFiles } from './hooks/useHandedFiles.ts';
import { useIsPhone, useMediaQuery } from './hooks/useMediaQuery.ts';
import { usePageTitle } from './hooks/usePageTitle.ts';
import { LivePlace } from './LivePlace.tsx';
import { addLateTexts } from './locales/i18n.ts';
import { PhotosPage } from './PhotosPage.tsx';
import { isSaving, useSavingStore } from './stores/saving-store.ts';
import { useSettingsStore } from './stores/settings-store.ts';
import { useViewStore } from './stores/view-store.ts';

// Nothing has been said before the first paint.
const NoticeRegion = lazy(async () => ({
  default: (await import('./components/NoticeRegion.tsx')).NoticeRegion,
}));
// Only while something is saved.
const SavingRegion = lazy(async () => ({
  default: (await import('./features/save/SavingRegion.tsx')).SavingRegion,
}));
const SettingsPanel = lazy(async () => ({
  default: (await import('./features/settings/SettingsPanel.tsx')).SettingsPanel,
}));
const HelpPanel = lazy(async () => ({
  default: (await import('./features/help/HelpPanel.tsx')).HelpPanel,
}));
const AboutPanel = lazy(async () => ({
  default: (await import('./features/help/AboutPanel.tsx')).AboutPanel,
}));
const DevicePage = lazy(async () => {
  const [page] = await Promise.all([import('./features/device/DevicePage.tsx'), addLateTexts(getI18n())]);
  return { default: page.DevicePage };
});
const ModelsPage = lazy(async () => {
  const [page] = await Promise.all([import('./features/models/ModelsPage.tsx'), addLateTexts(getI18n())]);
  return { default: page.ModelsPage };
});

/** Pages that exist. */
const PAGES: readonly Tab[] = ['photos', 'live', 'models'];

export function App() {
  const isPhone = useIsPhone();
  // Beside a narrow picture the panel starts closed.
  const isWide = useMediaQuery('(min-width: 1024px)');
  const isPanelOpen = useSettingsStore((state) => state.panels.inspector ?? isWide);
  const page = useViewStore((state) => state.page);
  const setOpenPanel = useViewStore((state) => state.setOpenPanel);
  useAppliedSettings();
  useClientNotices();
  useAppShell();
  usePageTitle();
  useHandedFiles();
  useShortcuts({ help: () => setOpenPanel('help'), settings: () => setOpenPanel('settings') });

  const togglePanel = () => {
    const { panels, update } = useSettingsStore.getState();
    update({ panels: { ...panels, inspector: !isPanelOpen } });
  };

  const hasPanel = page === 'photos' || page === 'live';
  const hasTabs = PAGES.length > 1;
  return (
    <div className="shell" data-tabs={hasTabs && isPhone ? '' : undefined}>
      <TopBar
        pages={isPhone ? [] : PAGES}
        isPanelOpen={isPanelOpen}
        onTogglePanel={isPhone || !hasPanel ? undefined : togglePanel}
      />
      {page === 'photos' && <PhotosPage isPhone={isPhone} isPanelOpen={isPanelOpen} isNarrow={!isWide} />}
      {page === 'live' && <LivePlace isPhone={isPhone} isPanelOpen={isPanelOpen} />}
      {(page === 'models' || page === 'device') && <ModelParts page={page} />}
      {hasTabs && isPhone && <PageTabs pages={PAGES} />}
      <ImportSurface />
      <Panels />
      <Suspense>
        <NoticeRegion />
      </Suspense>
      <Savings />
      <LiveRegion />
    </div>
  );
}

function Savings() {
  const isSavingNow = useSavingStore(isSaving);
  return <Suspense>{isSavingNow && <SavingRegion />}</Suspense>;
}

/** The models, and how fast they are on this device. */
function ModelParts({ page }: { readonly page: 'models' | 'device' }) {
  return (
    <main className="shell-page" id="viewer" tabIndex={-1}>
      <Suspense>{page === 'models' ? <ModelsPage /> : <DevicePage />}</Suspense>
    </main>
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
