import { useTranslation } from 'react-i18next';
import type { ViewedMap } from '../../queries.ts';
import { ProbeLabel } from './ProbeLabel.tsx';
import type { StageGeometry } from './stage-geometry.ts';
import { useMapReading } from './useMapReading.ts';

interface ReadOutProps {
  readonly geometry: StageGeometry;
  readonly viewed: ViewedMap;
  /** Read every move to screen readers: the crosshair is moved by keys. */
  readonly isSpoken: boolean;
}

/** The value of the map at the probe. */
export function ReadOut({ geometry, viewed, isSpoken }: ReadOutProps) {
  const { t } = useTranslation('viewer');
  const reading = useMapReading(viewed);
  if (reading === null) return null;
  const words = { value: reading.valueText, share: reading.nearerThan };
  return (
    <ProbeLabel geometry={geometry} spokenText={isSpoken ? t('readOut.spoken', words) : null}>
      <strong>{reading.valueText}</strong> {t('readOut.nearerThan', { share: reading.nearerThan })}
    </ProbeLabel>
  );
}
