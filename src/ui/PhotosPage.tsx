/** Photos: the viewer, the inspector, the film strip. */
import { lazy, Suspense, useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { FilmStrip } from './features/queue/FilmStrip.tsx';
import { Welcome } from './features/samples/Welcome.tsx';
import { BottomSheet } from './features/shell/BottomSheet.tsx';
import { Viewer } from './features/viewer/Viewer.tsx';
import { useFirstMapFirst } from './hooks/useFirstMapFirst.ts';
import { useShownResult } from './hooks/useShownResult.ts';
import { useLibraryStore } from './stores/library-store.ts';

// The picture first: the panel follows, in a rendering that gives way.
const Inspector = lazy(async () => ({ default: (await import('./Inspector.tsx')).Inspector }));

interface PhotosPageProps {
  readonly isPhone: boolean;
  readonly isPanelOpen: boolean;
  /** The panel starts closed: what a new user must see is not only in there. */
  readonly isNarrow: boolean;
}

export function PhotosPage({ isPhone, isPanelOpen, isNarrow }: PhotosPageProps) {
  const { t } = useTranslation();
  const hasOnlySamples = useLibraryStore((state) => state.images.every((image) => image.isSample));
  const isKnown = useLibraryStore((state) => state.isRestored && !state.isDemoDue);
  const isEmpty = useLibraryStore((state) => state.images.length === 0) && isKnown;
  // Nothing is said of a library that is not known yet: it would flash up and go.
  const empty = isEmpty ? <Welcome layout="stage" /> : isKnown ? undefined : null;
  const isWelcoming = hasOnlySamples && !isEmpty;
  const shown = useShownResult();
  // In a rendering of its own: both together would block the page.
  const isInspecting = useDeferredValue(useFirstMapFirst(), false);
  const sections = <Suspense>{isInspecting && <Inspector shown={shown} />}</Suspense>;
  return (
    <>
      <main className="shell-viewer" id="viewer" tabIndex={-1}>
        <Viewer empty={empty} />
      </main>
      {!isPhone && (
        // Hidden, not gone: its shortcuts hold with the panel closed.
        <aside className="shell-inspector" aria-label={t('inspector.label')} hidden={!isPanelOpen}>
          {isWelcoming && <Welcome layout="panel" />}
          {sections}
        </aside>
      )}
      <section className="shell-strip" aria-label={t('library.label')} id="library">
        {isWelcoming && (isPhone || (isNarrow && !isPanelOpen)) && <Welcome layout="row" />}
        <FilmStrip />
      </section>
      {isPhone && <BottomSheet>{sections}</BottomSheet>}
    </>
  );
}
