/** Where the parts of live view sit: the picture in the middle, its settings beside or below. */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BottomSheet } from './features/shell/BottomSheet.tsx';

const LivePage = lazy(async () => ({
  default: (await import('./features/live/LivePage.tsx')).LivePage,
}));

interface LivePlaceProps {
  readonly isPhone: boolean;
  readonly isPanelOpen: boolean;
}

/** The camera is on only while this is there. */
export function LivePlace({ isPhone, isPanelOpen }: LivePlaceProps) {
  const { t } = useTranslation();
  return (
    <Suspense>
      <LivePage>
        {({ stage, panel }) => (
          <>
            <main className="shell-viewer" id="viewer" tabIndex={-1}>
              {stage}
            </main>
            {isPhone ? (
              <BottomSheet>{panel}</BottomSheet>
            ) : (
              <aside className="shell-inspector" aria-label={t('inspector.label')} hidden={!isPanelOpen}>
                {panel}
              </aside>
            )}
          </>
        )}
      </LivePage>
    </Suspense>
  );
}
