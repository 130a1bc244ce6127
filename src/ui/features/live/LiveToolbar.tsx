import { Expand, Gauge, PictureInPicture2, Shrink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { OpacitySlider } from '../../components/OpacitySlider.tsx';
import { ViewModeControl } from '../../components/ViewModeControl.tsx';
import { shortcutKey } from '../../hooks/shortcuts.ts';
import { useMediaQuery } from '../../hooks/useMediaQuery.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';

interface LiveToolbarProps {
  readonly isFullScreen: boolean;
  onFullScreen(isOn: boolean): void;
}

/** Views on the left; figures, small window, full screen on the right. */
export function LiveToolbar({ isFullScreen, onFullScreen }: LiveToolbarProps) {
  const { t } = useTranslation('live');
  const { t: tViewer } = useTranslation('viewer');
  const live = useLive();
  const mode = useLiveStore((state) => state.mode);
  const task = useLiveStore((state) => state.task);
  const opacity = useLiveStore((state) => state.overlayOpacity);
  const isHudShown = useLiveStore((state) => state.isHudShown);
  const update = useLiveStore((state) => state.update);
  const isRunning = useLiveSnapshot(({ state }) => state === 'running');
  const isMirrorShown = useLiveSnapshot((snapshot) => snapshot.isMirrorShown);
  const isNarrow = useMediaQuery('(max-width: 1180px)');
  const togglePictureInPicture = () => {
    live.togglePictureInPicture().catch(() => {
      useNoticeStore.getState().notify({ id: 'live-window', tone: 'error', text: t('tools.windowRefused') });
    });
  };

  return (
    <div className="viewer-toolbar" role="toolbar" aria-label={t('tools.label')}>
      <ViewModeControl
        mode={mode}
        hasOverlay={task === 'depth'}
        isIconOnly={isNarrow}
        onChange={(next) => update({ mode: next })}
      />
      {mode === 'overlay' && task === 'depth' && (
        <OpacitySlider opacity={opacity} onChange={(overlayOpacity) => update({ overlayOpacity })} />
      )}
      <span className="viewer-toolbar-space" />
      <IconButton
        label={isHudShown ? t('tools.hideFigures') : t('tools.showFigures')}
        icon={<Gauge aria-hidden />}
        aria-pressed={isHudShown}
        onClick={() => update({ isHudShown: !isHudShown })}
      />
      {live.canPictureInPicture && (
        <IconButton
          label={isMirrorShown ? t('tools.leaveWindow') : t('tools.window')}
          icon={<PictureInPicture2 aria-hidden />}
          aria-pressed={isMirrorShown}
          disabled={!isRunning && !isMirrorShown}
          onClick={togglePictureInPicture}
        />
      )}
      <IconButton
        label={isFullScreen ? tViewer('tools.leaveFullScreen') : tViewer('tools.fullScreen')}
        shortcut={shortcutKey('fullScreen')}
        icon={isFullScreen ? <Shrink aria-hidden /> : <Expand aria-hidden />}
        onClick={() => onFullScreen(!isFullScreen)}
      />
    </div>
  );
}
