import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ColorSettings } from '../../../render/renderer.ts';
import { Tooltip } from '../../components/Tooltip.tsx';
import { mapGradientCss } from '../../map-gradient.ts';
import type { ViewedMap } from '../../queries.ts';
import { metreTicks, relativeTicks } from './legend-scale.ts';
import { useMapReading } from './useMapReading.ts';
import './legend.css';

interface LegendProps {
  readonly viewed: ViewedMap;
  readonly color: ColorSettings;
}

/** Gradient with its ends named, ticks, and the hovered value as a moving mark. */
export function Legend({ viewed, color }: LegendProps) {
  const { t } = useTranslation('viewer');
  const reading = useMapReading(viewed);
  const { min, max } = viewed.histogram;
  const { lo, hi } = color.range;
  const gradient = useMemo(() => mapGradientCss(color), [color]);
  const ticks = useMemo(
    () =>
      viewed.unit === 'metres' ? metreTicks({ lo, hi }) : relativeTicks({ lo, hi }, { lo: min, hi: max }),
    [viewed.unit, lo, hi, min, max],
  );
  const isMetric = viewed.unit === 'metres';
  const share = reading === null || !(hi > lo) ? null : (reading.value - lo) / (hi - lo);
  return (
    <div className="legend" role="group" aria-label={t('legend.label')} data-testid="legend">
      <span className="legend-end">{t('legend.far')}</span>
      <div className="legend-scale">
        <div className="legend-bar" style={{ backgroundImage: gradient }} />
        {ticks.map((tick) => (
          <span key={tick.label} className="legend-tick" style={{ left: `${tick.share * 100}%` }}>
            {tick.label}
          </span>
        ))}
        {share !== null && (
          <span
            className="legend-mark"
            data-outside={share < 0 || share > 1 ? '' : undefined}
            style={{ left: `${Math.min(1, Math.max(0, share)) * 100}%` }}
          />
        )}
      </div>
      <span className="legend-end">{t('legend.near')}</span>
      <Tooltip side="top" text={isMetric ? t('legend.metresHint') : t('legend.relativeHint')}>
        <button type="button" className="legend-unit">
          {isMetric ? t('legend.metres') : t('legend.relative')}
        </button>
      </Tooltip>
    </div>
  );
}
