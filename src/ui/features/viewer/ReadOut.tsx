import { useTranslation } from 'react-i18next';
import type { ViewedMap } from '../../queries.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { placesOf, type StageGeometry } from './stage-geometry.ts';
import { useMapReading } from './useMapReading.ts';

/** Room that the label needs beside the mark, CSS pixels. */
const LABEL_WIDTH_PX = 210;
const LABEL_HEIGHT_PX = 56;

interface ReadOutProps {
  readonly geometry: StageGeometry;
  readonly viewed: ViewedMap;
  /** Read every move to screen readers: the crosshair is moved by keys. */
  readonly isSpoken: boolean;
}

/** The mark at the probe, in both images where there are two, and the value beside it. */
export function ReadOut({ geometry, viewed, isSpoken }: ReadOutProps) {
  const { t } = useTranslation('viewer');
  const probe = useViewStore((state) => state.probe);
  const reading = useMapReading(viewed);
  if (probe === null || reading === null) return null;
  const places = placesOf(geometry, probe);
  const last = places.at(-1);
  const stageWidth = geometry.widthPx / geometry.pixelRatio;
  const stageHeight = geometry.heightPx / geometry.pixelRatio;
  return (
    <>
      {places.map((place, index) => (
        <span key={index} className="probe" style={{ left: place.x, top: place.y }} />
      ))}
      {last && (
        <div
          className="read-out"
          style={{
            left: last.x,
            top: last.y,
            translate: `${last.x + LABEL_WIDTH_PX > stageWidth ? 'calc(-100% - 14px)' : '14px'} ${
              last.y + LABEL_HEIGHT_PX > stageHeight ? 'calc(-100% - 14px)' : '14px'
            }`,
          }}
        >
          <strong>{reading.valueText}</strong> {t('readOut.nearerThan', { share: reading.nearerThan })}
        </div>
      )}
      {isSpoken && (
        <span className="sr-only" role="status">
          {t('readOut.spoken', { value: reading.valueText, share: reading.nearerThan })}
        </span>
      )}
    </>
  );
}
