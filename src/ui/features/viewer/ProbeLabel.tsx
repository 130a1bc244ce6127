import type { ReactNode } from 'react';
import { useViewStore } from '../../stores/view-store.ts';
import { placesOf, type StageGeometry } from './stage-geometry.ts';
import './read-out.css';

/** Room that the label needs beside the mark, CSS pixels. */
const LABEL_WIDTH_PX = 210;
const LABEL_HEIGHT_PX = 56;

interface ProbeLabelProps {
  readonly geometry: StageGeometry;
  /** What is said beside the mark. */
  readonly children: ReactNode;
  /** Read on every move to screen readers: the crosshair is moved by keys. null: not. */
  readonly spokenText: string | null;
}

/** The mark at the probe, in both images where there are two, and a label beside it. */
export function ProbeLabel({ geometry, children, spokenText }: ProbeLabelProps) {
  const probe = useViewStore((state) => state.probe);
  if (probe === null) return null;
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
          {children}
        </div>
      )}
      {spokenText !== null && (
        <span className="sr-only" role="status">
          {spokenText}
        </span>
      )}
    </>
  );
}
