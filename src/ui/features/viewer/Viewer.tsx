import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../hooks/shortcuts.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useColorSettings, useViewedMap } from '../../hooks/useViewedMap.ts';
import { useShownResult } from '../../hooks/useShownResult.ts';
import { useDrawnLabels, useFaceBlur, useViewedLabels } from '../../hooks/useViewedLabels.ts';
import { useServices } from '../../services.tsx';
import { useViewStore } from '../../stores/view-store.ts';
import { CompareSlider } from './CompareSlider.tsx';
import { Legend } from './Legend.tsx';
import { movePoint } from './read-out.ts';
import { PartReadOut } from './PartReadOut.tsx';
import { PartsLegend } from './PartsLegend.tsx';
import { PhotoCover } from './PhotoCover.tsx';
import { PeopleBoxes } from './PeopleBoxes.tsx';
import { ReadOut } from './ReadOut.tsx';
import { withoutOverlay } from '../../view-modes.ts';
import { StageCanvas, type RendererState } from './StageCanvas.tsx';
import { cameraOf, isOverflowing, type StageGeometry } from './stage-geometry.ts';
import { TaskStatus } from './TaskStatus.tsx';
import { useFullScreen } from '../../hooks/useFullScreen.ts';
import { usePhotoOnly } from './usePhotoOnly.ts';
import { useStageGestures } from './useStageGestures.ts';
import { useStageSize } from './useStageSize.ts';
import { useSweep } from './useSweep.ts';
import { useZoom } from './useZoom.ts';
import { ViewerToolbar } from './ViewerToolbar.tsx';
import './viewer.css';

/** CSS pixels per arrow key. */
const PAN_STEP_PX = 64;
/** Share of the picture per arrow key of the crosshair. */
const PROBE_STEP = 0.005;
const PROBE_BIG_STEP = 0.05;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface ViewerProps {
  /** Shown instead of a picture while none is selected; default: a word on how to select one. */
  readonly empty?: ReactNode;
}

/** The picture: photo, map, or both, with tools above and the legend below. */
export function Viewer({ empty }: ViewerProps) {
  const { t } = useTranslation('viewer');
  const { t: tParsing } = useTranslation('parsing');
  const { library } = useServices();
  const stageRef = useRef<HTMLDivElement>(null);
  const size = useStageSize(stageRef);
  const image = useSelectedImage();
  const shown = useShownResult();
  const isParsing = shown === 'parsing';
  const depth = useViewedMap();
  const viewed = isParsing ? null : depth.viewed;
  const color = useColorSettings(viewed);
  const parsing = useViewedLabels();
  const parts = isParsing ? parsing.viewed : null;
  const drawn = useDrawnLabels(parts);
  const blur = useFaceBlur(parts);
  const storedMode = useViewStore((state) => state.mode);
  const isPhotoOnly = useViewStore((state) => state.isPhotoOnly);
  const camera = useViewStore((state) => state.camera);
  const mode = isPhotoOnly ? 'photo' : isParsing ? withoutOverlay(storedMode) : storedMode;
  const [rendererState, setRendererState] = useState<RendererState>('loading');
  const [isCrosshairOn, setCrosshairOn] = useState(false);
  const [isFullScreen, setFullScreen] = useFullScreen();

  const geometry = useMemo((): StageGeometry | null => {
    if (size === null || image === null || !image.widthPx || !image.heightPx) return null;
    if (size.widthPx === 0 || size.heightPx === 0) return null;
    return { ...size, picture: { widthPx: image.widthPx, heightPx: image.heightPx }, mode, camera };
  }, [size, image, mode, camera]);

  const zoom = useZoom(geometry);
  useStageGestures(stageRef, geometry);
  usePhotoOnly();
  useSweep((viewed ?? parts) !== null && rendererState === 'ready');

  const turnCrosshair = useCallback((isOn: boolean) => {
    setCrosshairOn(isOn);
    const { probe, setProbe } = useViewStore.getState();
    setProbe(isOn ? (probe ?? { x: 0.5, y: 0.5 }) : null);
    if (isOn) stageRef.current?.focus();
  }, []);

  const setMode = useViewStore((state) => state.setMode);
  useShortcuts({
    modePhoto: () => setMode('photo'),
    modeMap: () => setMode('map'),
    modeSideBySide: () => setMode('side-by-side'),
    modeCompare: () => setMode('compare'),
    modeOverlay: () => setMode('overlay'),
    zoomIn: zoom.zoomIn,
    zoomOut: zoom.zoomOut,
    zoomFit: zoom.fit,
    zoomActual: zoom.toggleActual,
    crosshair: () => turnCrosshair(!isCrosshairOn),
    fullScreen: () => setFullScreen(!isFullScreen),
  });

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const arrow = ARROWS[event.key];
    if (event.key === 'Escape' && isCrosshairOn) {
      event.preventDefault();
      turnCrosshair(false);
    } else if (arrow !== undefined && isCrosshairOn) {
      event.preventDefault();
      const step = event.shiftKey ? PROBE_BIG_STEP : PROBE_STEP;
      const { probe, setProbe } = useViewStore.getState();
      setProbe(movePoint(probe ?? { x: 0.5, y: 0.5 }, arrow[0] * step, arrow[1] * step));
    } else if (arrow !== undefined && geometry !== null && isOverflowing(geometry)) {
      event.preventDefault();
      zoom.pan(-arrow[0] * PAN_STEP_PX, -arrow[1] * PAN_STEP_PX);
    } else return;
    // The film strip walks with the arrows that are not used here.
    event.stopPropagation();
  };

  const hasMap = isParsing ? drawn !== null : viewed !== null && color !== null;
  return (
    <div className="viewer" data-full-screen={isFullScreen ? '' : undefined}>
      <ViewerToolbar
        scale={geometry === null ? null : cameraOf(geometry).scale}
        zoom={zoom}
        hasMap={hasMap}
        isCrosshairOn={isCrosshairOn}
        onCrosshair={turnCrosshair}
        isFullScreen={isFullScreen}
        onFullScreen={setFullScreen}
      />
      <div
        ref={stageRef}
        className="stage"
        role="application"
        aria-roledescription={t('stage.role')}
        aria-label={image?.name ?? t('title')}
        aria-description={t('stage.help')}
        tabIndex={0}
        data-overflowing={geometry !== null && isOverflowing(geometry) ? '' : undefined}
        data-mode={mode}
        data-has-map={hasMap ? '' : undefined}
        onKeyDown={onKeyDown}
      >
        <StageCanvas
          image={image}
          viewed={viewed}
          color={color}
          // What is hidden under the blur is not to be guessed from the parts.
          labels={blur === null ? drawn : null}
          blur={blur}
          size={size}
          label={image?.name ?? t('title')}
          onRendererState={setRendererState}
          cover={<PhotoCover thumbnail={image?.thumbnail ?? null} geometry={geometry} />}
        />
        {geometry !== null && hasMap && mode === 'compare' && <CompareSlider geometry={geometry} />}
        {geometry !== null && parts !== null && (
          <>
            <PeopleBoxes geometry={geometry} viewed={parts} />
            <PartReadOut geometry={geometry} viewed={parts} isSpoken={isCrosshairOn} />
          </>
        )}
        {geometry !== null && viewed !== null && (
          <ReadOut geometry={geometry} viewed={viewed} isSpoken={isCrosshairOn} />
        )}
        <div className="stage-status">
          {image === null ? (
            empty === undefined ? (
              <div className="status-notice" data-tone="plain">
                <h2>{t('state.empty')}</h2>
                <p>{t('state.emptyHint')}</p>
              </div>
            ) : (
              empty
            )
          ) : rendererState === 'unavailable' || rendererState === 'lost' ? (
            <div className="status-chip">
              <div className="status-chip-row">
                {t(rendererState === 'lost' ? 'state.contextLost' : 'state.noRenderer')}
              </div>
            </div>
          ) : (
            <TaskStatus
              key={image.id}
              imageId={image.id}
              kind={shown}
              hasMap={(viewed ?? parts) !== null}
              mapError={isParsing ? parsing.error : depth.error}
              onRun={() => library.retry(image.id)}
              onCancel={() => library.cancel(image.id)}
            />
          )}
        </div>
      </div>
      <div className="viewer-foot">
        {viewed !== null && color !== null && <Legend viewed={viewed} color={color} />}
        {parts !== null && drawn !== null && blur === null && (
          <PartsLegend viewed={parts} selection={drawn.selection} />
        )}
        {parts !== null && blur !== null && (
          <p className="viewer-foot-note">{tParsing('faces.areBlurred')}</p>
        )}
      </div>
    </div>
  );
}
