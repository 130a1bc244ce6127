import { type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFullScreen } from '../../hooks/useFullScreen.ts';
import { useShortcuts } from '../../hooks/shortcuts.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { FilmControls } from './FilmControls.tsx';
import { useLive, useLiveSnapshot } from './live-context.ts';
import { LiveCanvas } from './LiveCanvas.tsx';
import { LiveControls } from './LiveControls.tsx';
import { LiveHud } from './LiveHud.tsx';
import { LiveLegend } from './LiveLegend.tsx';
import { LiveStatus } from './LiveStatus.tsx';
import { LiveToolbar } from './LiveToolbar.tsx';
import { FILM_INPUT_ID } from './useLiveSource.ts';

/** Tools above, the picture, what to do with it below. */
export function LiveStage() {
  const { t } = useTranslation('live');
  const live = useLive();
  const [isFullScreen, setFullScreen] = useFullScreen();
  const update = useLiveStore((state) => state.update);
  const isHudShown = useLiveStore((state) => state.isHudShown);
  const isFilm = useLiveSnapshot(({ film }) => film !== null);

  useShortcuts({
    modePhoto: () => update({ mode: 'photo' }),
    modeMap: () => update({ mode: 'map' }),
    modeSideBySide: () => update({ mode: 'side-by-side' }),
    modeCompare: () => update({ mode: 'compare' }),
    modeOverlay: () => update({ mode: 'overlay' }),
    fullScreen: () => setFullScreen(!isFullScreen),
    invert: () => useSettingsStore.getState().update({ invert: !useSettingsStore.getState().invert }),
  });

  const takeFilm = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    // The same film can be chosen again.
    event.target.value = '';
    if (file === undefined) return;
    update({ sourceKind: 'file' });
    void live.start({ kind: 'file', file });
  };

  return (
    <div className="viewer live" data-full-screen={isFullScreen ? '' : undefined}>
      <LiveToolbar isFullScreen={isFullScreen} onFullScreen={setFullScreen} />
      <div className="stage live-stage">
        <LiveCanvas />
        {isHudShown && <LiveHud />}
        <LiveStatus />
      </div>
      <div className="live-foot">
        <LiveLegend />
        {isFilm && <FilmControls />}
        <LiveControls />
      </div>
      <input
        id={FILM_INPUT_ID}
        data-testid="video-file-input"
        className="file-input"
        type="file"
        accept="video/*"
        aria-label={t('source.chooseFilm')}
        tabIndex={-1}
        hidden
        onChange={takeFilm}
      />
    </div>
  );
}
