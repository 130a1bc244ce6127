import { useTranslation } from 'react-i18next';
import { useParsingChoice } from '../../hooks/useViewedLabels.ts';
import type { ViewedLabels } from '../../parsing/viewed-labels.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { cameraOf, type StageGeometry } from './stage-geometry.ts';
import { toScreen } from './camera.ts';
import { viewportsOf } from '../../../render/viewports.ts';

interface PeopleBoxesProps {
  readonly geometry: StageGeometry;
  readonly viewed: ViewedLabels;
}

const LABEL_HEIGHT_PX = 22;

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
  return (
    <div
      className="people-boxes"
      aria-hidden
      style={{
        left: viewport.x / pixelRatio,
        top: viewport.y / pixelRatio,
        width: viewport.width / pixelRatio,
        height: viewport.height / pixelRatio,
      }}
    >
      {people.map(({ id, box }) => {
        const from = place(box.x, box.y);
        const to = place(box.x + box.width, box.y + box.height);
        return (
          <span
            key={id}
            className="people-box"
            data-testid="person-box"
            data-at-top={from.y < LABEL_HEIGHT_PX ? '' : undefined}
            style={{ left: from.x, top: from.y, width: to.x - from.x, height: to.y - from.y }}
          >
            <span>{t('people.name', { number: id })}</span>
          </span>
        );
      })}
    </div>
  );
}
