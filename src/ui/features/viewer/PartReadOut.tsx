import { useTranslation } from 'react-i18next';
import { useClassName } from '../../hooks/useViewedLabels.ts';
import { readPart, type ViewedLabels } from '../../parsing/viewed-labels.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { ProbeLabel } from './ProbeLabel.tsx';
import type { StageGeometry } from './stage-geometry.ts';

interface PartReadOutProps {
  readonly geometry: StageGeometry;
  readonly viewed: ViewedLabels;
  readonly isSpoken: boolean;
}

/** The part and the person at the probe. */
export function PartReadOut({ geometry, viewed, isSpoken }: PartReadOutProps) {
  const { t } = useTranslation('parsing');
  const className = useClassName();
  const probe = useViewStore((state) => state.probe);
  if (probe === null) return null;
  const { classId, personId } = readPart(viewed.result, probe);
  const name = className(viewed.result.labels[classId] ?? '');
  const text =
    classId === 0
      ? t('readOut.nothing')
      : personId > 0
        ? t('readOut.person', { name, number: personId })
        : t('readOut.part', { name });
  return (
    <ProbeLabel geometry={geometry} spokenText={isSpoken ? text : null}>
      <strong data-testid="part-read-out">{text}</strong>
    </ProbeLabel>
  );
}
