/** Where the parts of live view sit: the picture in the middle, its settings beside or below. */
import { lazy, Suspense } from 'react';
import { getI18n, useTranslation } from 'react-i18next';
import { addLateTexts } from './locales/i18n.ts';
import { BottomSheet } from './features/shell/BottomSheet.tsx';

const LivePage = lazy(async () => {
  const [page] = await Promise.all([import('./features/live/LivePage.tsx'), addLateTexts(getI18n())]);
  return { default: page.LivePage };
});

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
