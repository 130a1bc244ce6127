import { Crosshair, Expand, Shrink, Minus, Plus, Scan } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { OpacitySlider } from '../../components/OpacitySlider.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { Tooltip } from '../../components/Tooltip.tsx';
import { ViewModeControl } from '../../components/ViewModeControl.tsx';
import { shortcutKey } from '../../hooks/shortcuts.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useMediaQuery } from '../../hooks/useMediaQuery.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { useSelectedChoice, useShownResult } from '../../hooks/useShownResult.ts';
import type { ZoomCommands } from './useZoom.ts';
import { withoutOverlay } from '../../view-modes.ts';
import './viewer-toolbar.css';

interface ViewerToolbarProps {
  /** Device pixels per source pixel; null: nothing to zoom. */
  readonly scale: number | null;
  readonly zoom: ZoomCommands;
  readonly hasMap: boolean;
  readonly isCrosshairOn: boolean;
  onCrosshair(isOn: boolean): void;
  readonly isFullScreen: boolean;
  onFullScreen(isOn: boolean): void;
}

/** Views on the left, zoom and the like on the right. */
export const ViewerToolbar = memo(function ViewerToolbar(props: ViewerToolbarProps) {
  const { scale, zoom, hasMap, isCrosshairOn, onCrosshair, isFullScreen, onFullScreen } = props;
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const { t: tParsing } = useTranslation('parsing');
  const choice = useSelectedChoice();
  const shown = useShownResult();
  const setShown = useViewStore((state) => state.setShown);
  const storedMode = useViewStore((state) => state.mode);
  const isParsing = shown === 'parsing';
  const mode = isParsing ? withoutOverlay(storedMode) : storedMode;
  const setMode = useViewStore((state) => state.setMode);
  const overlayOpacity = useViewStore((state) => state.overlayOpacity);
  const setOverlayOpacity = useViewStore((state) => state.setOverlayOpacity);
  const isNarrow = useMediaQuery('(max-width: 1180px)');
  const isDisabled = scale === null;
  return (
    <div
      className="viewer-toolbar"
      role="toolbar"
      aria-label={t('tools.label')}
      // Full screen gives way on a phone.
      data-crowded={choice === 'both' ? '' : undefined}
    >
      {choice === 'both' && (
        <SegmentedControl
          label={tParsing('shown.label')}
          value={shown}
          options={(['depth', 'parsing'] as const).map((value) => ({
            value,
            label: tParsing(`shown.${value}`),
          }))}
          onChange={setShown}
        />
      )}
      <ViewModeControl
        mode={mode}
        hasOverlay={!isParsing}
        isIconOnly={isNarrow || choice === 'both'}
        onChange={setMode}
      />
      {mode === 'overlay' && <OpacitySlider opacity={overlayOpacity} onChange={setOverlayOpacity} />}
      <span className="viewer-toolbar-space" />
      <div className="viewer-zoom">
        <IconButton
          label={t('tools.zoomOut')}
          shortcut={shortcutKey('zoomOut')}
          icon={<Minus aria-hidden />}
          disabled={isDisabled}
          onClick={zoom.zoomOut}
        />
        <Tooltip text={t('shortcuts.zoomActual')} shortcut={shortcutKey('zoomActual')}>
          <button
            type="button"
            className="viewer-zoom-level"
            aria-label={t('tools.zoomLevel', { percent: scale === null ? '–' : format.percent(scale) })}
            disabled={isDisabled}
            onClick={zoom.toggleActual}
          >
            {scale === null ? '–' : format.percent(scale)}
          </button>
        </Tooltip>
        <IconButton
          label={t('tools.zoomIn')}
          shortcut={shortcutKey('zoomIn')}
          icon={<Plus aria-hidden />}
          disabled={isDisabled}
          onClick={zoom.zoomIn}
        />
      </div>
      <IconButton
        label={t('tools.fit')}
        shortcut={shortcutKey('zoomFit')}
        icon={<Scan aria-hidden />}
        disabled={isDisabled}
        onClick={zoom.fit}
      />
      <IconButton
        label={t('tools.crosshair')}
        shortcut={shortcutKey('crosshair')}
        icon={<Crosshair aria-hidden />}
        aria-pressed={isCrosshairOn}
        disabled={!hasMap}
        onClick={() => onCrosshair(!isCrosshairOn)}
      />
      <IconButton
        label={isFullScreen ? t('tools.leaveFullScreen') : t('tools.fullScreen')}
        shortcut={shortcutKey('fullScreen')}
        icon={isFullScreen ? <Shrink aria-hidden /> : <Expand aria-hidden />}
        onClick={() => onFullScreen(!isFullScreen)}
      />
    </div>
  );
});
