import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat.ts';
import { useViewedMap } from '../../hooks/useViewedMap.ts';
import { nearnessOf } from '../../parsing/viewed-labels.ts';

/** How near a raw value of the depth map is, in words: metres where the model knows them, else 0 to 1. */
export function useNearText(): (value: number) => string {
  const { t } = useTranslation('parsing');
  const { t: tViewer } = useTranslation('viewer');
  const format = useFormat();
  const { viewed } = useViewedMap();
  return (value) => {
    if (viewed === null) return '';
    if (viewed.unit === 'metres') return tViewer('readOut.metres', { value: format.number(1 / value, 1) });
    return t('near', { value: nearnessOf(value, viewed.histogram).toFixed(2) });
  };
}
