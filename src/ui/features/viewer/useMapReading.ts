import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { rankOf } from '../../../render/histogram.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import type { ViewedMap } from '../../queries.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { formatMetres } from './legend-scale.ts';
import { sampleMap } from './read-out.ts';

export interface MapReading {
  /** Raw, in the map's own unit. */
  readonly value: number;
  /** `0.63`, or `2.4 m`. */
  readonly valueText: string;
  /** `83%` */
  readonly nearerThan: string;
}

/** What the map says at the probe; null without a probe or a map. */
export function useMapReading(viewed: ViewedMap | null): MapReading | null {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const probe = useViewStore((state) => state.probe);
  return useMemo(() => {
    if (viewed === null || probe === null) return null;
    const value = sampleMap(viewed.map, probe);
    if (!Number.isFinite(value)) return null;
    const { min, max } = viewed.histogram;
    const relative = max > min ? (value - min) / (max - min) : 0;
    return {
      value,
      valueText:
        viewed.unit === 'metres'
          ? t('readOut.metres', { value: formatMetres(1 / value) })
          : relative.toFixed(2),
      nearerThan: format.percent(rankOf(viewed.histogram, value)),
    };
  }, [viewed, probe, t, format]);
}
