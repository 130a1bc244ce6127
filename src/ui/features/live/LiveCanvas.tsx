import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CompareHandle } from '../../components/CompareHandle.tsx';
import { useLiveStore } from '../../stores/live-store.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { fitBox } from './fit-box.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';
import { createLiveLabelLook } from './live-label-look.ts';
import { useLiveModel } from './useLiveModel.ts';

/** The worker's canvas, exactly as large as the picture fits; the line of the comparison over it. */
export function LiveCanvas() {
  const { t } = useTranslation('live');
  const live = useLive();
  const roomRef = useRef<HTMLDivElement>(null);
  const boxRef = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const mode = useLiveStore((state) => state.mode);
  const comparePosition = useLiveStore((state) => state.comparePosition);
  const overlayOpacity = useLiveStore((state) => state.overlayOpacity);
  const rangeLo = useLiveStore((state) => state.rangeLo);
  const rangeHi = useLiveStore((state) => state.rangeHi);
  const update = useLiveStore((state) => state.update);
  const colormap = useSettingsStore((state) => state.colormap);
  const invert = useSettingsStore((state) => state.invert);
  const gamma = useSettingsStore((state) => state.gamma);
  const followEdges = useSettingsStore((state) => state.followEdges);
  const frameSize = useLiveSnapshot((snapshot) => snapshot.frameSize);
  const hasMap = useLiveSnapshot(({ stats }) => (stats?.counts.shown ?? 0) > 0);
  const isOn = useLiveSnapshot(({ state }) => state === 'running' || state === 'paused');
  const isShown = isOn && frameSize !== null;

  useLayoutEffect(() => {
    const element = roomRef.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setRoom({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => (boxRef.current === null ? undefined : live.attach(boxRef.current)), [live]);

  const model = useLiveModel();
  const areClassesShown = useLiveStore((state) => state.areClassesShown);
  const style = useSettingsStore((state) => state.parsingStyle);
  const palette = useSettingsStore((state) => state.palette);
  const opacity = useSettingsStore((state) => state.parsingOpacity);
  const faceBlur = useParsingStore((state) => state.faceBlur);
  const labels = useMemo(
    () => createLiveLabelLook(model, { style, palette, opacity, areClassesShown, faceBlur }),
    [model, style, palette, opacity, areClassesShown, faceBlur],
  );

  const box = fitBox(room, frameSize, mode);
  useEffect(() => {
    const ratio = window.devicePixelRatio;
    live.setView({
      mode,
      comparePosition,
      overlayOpacity,
      color: { colormap, invert, gamma, followEdges, range: { lo: rangeLo, hi: rangeHi } },
      labels,
      widthPx: Math.round(box.width * ratio),
      heightPx: Math.round(box.height * ratio),
    });
  }, [
    live,
    mode,
    comparePosition,
    overlayOpacity,
    colormap,
    invert,
    gamma,
    followEdges,
    rangeLo,
    rangeHi,
    labels,
    box.width,
    box.height,
  ]);

  return (
    <div ref={roomRef} className="live-room">
      <div
        className="live-box"
        data-shown={isShown ? '' : undefined}
        style={{ width: box.width, height: box.height }}
      >
        <div ref={boxRef} className="live-canvas" role="img" aria-label={t('stage.label')} />
        {isShown && hasMap && mode === 'compare' && (
          <CompareHandle
            rect={{ x: 0, y: 0, width: box.width, height: box.height }}
            position={comparePosition}
            onChange={(position) => update({ comparePosition: Math.min(1, Math.max(0, position)) })}
          />
        )}
      </div>
    </div>
  );
}
