import { useTranslation } from 'react-i18next';
import { useParsingChoice } from '../../hooks/useViewedLabels.ts';
import type { ViewedLabels } from '../../parsing/viewed-labels.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { cameraOf, type StageGeometry } from './stage-geometry.ts';
import { toScreen } from './camera.ts';
import { placeLabels } from './person-labels.ts';
import { viewportsOf } from '../../../render/viewports.ts';
import './people-boxes.css';

interface PeopleBoxesProps {
  readonly geometry: StageGeometry;
  readonly viewed: ViewedLabels;
}

/** Of `.people-box`: its children are placed within. */
const BORDER_PX = 2;

/** Everybody's box over the picture, or that of the one who is shown alone. */
export function PeopleBoxes({ geometry, viewed }: PeopleBoxesProps) {
  const { t } = useTranslation('parsing');
  const hasBoxes = useParsingStore((state) => state.hasBoxes);
  const { hiddenPeople, isolatedPerson } = useParsingChoice(viewed);
  const people = viewed.people.filter(({ id }) =>
    isolatedPerson === null ? hasBoxes && !hiddenPeople.includes(id) : id === isolatedPerson,
  );
  const viewport = viewportsOf(geometry.mode, geometry.widthPx, geometry.heightPx).at(-1);
  if (people.length === 0 || viewport === undefined) return null;
  const { pixelRatio, picture } = geometry;
  const camera = cameraOf(geometry);
  const place = (x: number, y: number) => {
    const at = toScreen({ x, y }, camera, picture, viewport);
    return { x: at.x / pixelRatio - viewport.x / pixelRatio, y: at.y / pixelRatio - viewport.y / pixelRatio };
  };
  const size = { width: viewport.width / pixelRatio, height: viewport.height / pixelRatio };
  const shown = people
    .map(({ id, box, score }) => {
      const from = place(box.x, box.y);
      const to = place(box.x + box.width, box.y + box.height);
      const rect = { left: from.x, top: from.y, width: to.x - from.x, height: to.y - from.y };
      return { id, score: score ?? 0, box: rect, text: t('people.name', { number: id }) };
    })
    // Where there is no room for all names those of the surer people are written.
    .sort((a, b) => b.score - a.score);
  const labels = placeLabels(shown, size);
  const boxes = shown
    .map((person, index) => ({ ...person, label: labels[index] ?? null }))
    .sort((a, b) => a.id - b.id);
  return (
    <div
      className="people-boxes"
      aria-hidden
      style={{ left: viewport.x / pixelRatio, top: viewport.y / pixelRatio, ...size }}
    >
      {boxes.map(({ id, box, text, label }) => (
        <span key={id} className="people-box" data-testid="person-box" style={box}>
          {label !== null && (
            <span style={{ left: label.left - box.left - BORDER_PX, top: label.top - box.top - BORDER_PX }}>
              {text}
            </span>
          )}
        </span>
      ))}
    </div>
  );
}
