import {
  Blend,
  Columns2,
  Expand,
  Gauge,
  Image,
  PictureInPicture2,
  Shrink,
  SquareSplitHorizontal,
  Waves,
} from 'lucide-react';
import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { shortcutKey } from '../../hooks/shortcuts.ts';
import { useFormat } from '../../hooks/useFormat.ts';
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
  const isHudShown = useLiveStore((state) => state.isHudShown);
  const update = useLiveStore((state) => state.update);
  const isRunning = useLiveSnapshot(({ state }) => state === 'running');
  const isMirrorShown = useLiveSnapshot((snapshot) => snapshot.isMirrorShown);
  const isNarrow = useMediaQuery('(max-width: 1180px)');
  const modes = [
    {
      value: 'photo',
      label: tViewer('modes.photo'),
      icon: <Image aria-hidden />,
      shortcut: shortcutKey('modePhoto'),
    },
    {
      value: 'map',
      label: tViewer('modes.map'),
      icon: <Waves aria-hidden />,
      shortcut: shortcutKey('modeMap'),
    },
    {
      value: 'side-by-side',
      label: tViewer('modes.sideBySide'),
      icon: <Columns2 aria-hidden />,
      shortcut: shortcutKey('modeSideBySide'),
    },
    {
      value: 'compare',
      label: tViewer('modes.compare'),
      icon: <SquareSplitHorizontal aria-hidden />,
      shortcut: shortcutKey('modeCompare'),
    },
    {
      value: 'overlay',
      label: tViewer('modes.overlay'),
      icon: <Blend aria-hidden />,
      shortcut: shortcutKey('modeOverlay'),
    },
  ] as const;

  const togglePictureInPicture = () => {
    live.togglePictureInPicture().catch(() => {
      useNoticeStore.getState().notify({ id: 'live-window', tone: 'error', text: t('tools.windowRefused') });
    });
  };

  return (
    <div className="viewer-toolbar" role="toolbar" aria-label={t('tools.label')}>
      <SegmentedControl
        label={tViewer('modes.label')}
        value={mode}
        options={modes}
        onChange={(next) => update({ mode: next })}
        isIconOnly={isNarrow}
      />
      {mode === 'overlay' && <OverlayOpacity />}
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

function OverlayOpacity() {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const opacity = useLiveStore((state) => state.overlayOpacity);
  const update = useLiveStore((state) => state.update);
  return (
    <div className="viewer-opacity">
      <Slider.Root
        className="slider"
        value={[opacity]}
        min={0}
        max={1}
        step={0.01}
        onValueChange={([next]) => next !== undefined && update({ overlayOpacity: next })}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
          aria-label={t('tools.opacity')}
          aria-valuetext={format.percent(opacity)}
        />
      </Slider.Root>
      <output>{format.percent(opacity)}</output>
    </div>
  );
}
