import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { computeDisplayBins } from '../../../render/histogram.ts';
import type { ColorSettings } from '../../../render/renderer.ts';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import type { ViewedMap } from '../../queries.ts';
import type { RangeChoice } from '../../stores/view-store.ts';
import { RangeHistogram } from './RangeHistogram.tsx';
import { barHeights } from './range-handles.ts';

/** Divides the bins of a map's histogram: what is counted already is not counted again. */
const BAR_COUNT = 64;

interface RangeControlProps {
  readonly viewed: ViewedMap | null;
  readonly color: ColorSettings | null;
  readonly choice: RangeChoice;
  onChange(choice: RangeChoice): void;
}

/** Near and far limits of the colours: auto, full, or by hand. */
export function RangeControl({ viewed, color, choice, onChange }: RangeControlProps) {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const full = useMemo(
    () => (viewed === null ? null : { lo: viewed.histogram.min, hi: viewed.histogram.max }),
    [viewed],
  );
  const bars = useMemo(
    () =>
      viewed === null
        ? null
        : barHeights(computeDisplayBins(viewed.map.values, viewed.histogram, BAR_COUNT), BAR_COUNT),
    [viewed],
  );
  const options = [
    { value: 'auto', label: t('range.auto') },
    { value: 'full', label: t('range.full') },
    ...(choice.mode === 'manual' ? [{ value: 'manual', label: t('range.manual') } as const] : []),
  ] as const;

  if (viewed === null || color === null || full === null || bars === null)
    return <p className="field-hint">{t('range.empty')}</p>;
  if (full.lo === full.hi) return <p className="field-hint">{t('range.flat')}</p>;

  const { range } = color;
  const describe = (value: number) =>
    viewed.unit === 'metres'
      ? t('readOut.metres', { value: format.number(1 / value, 2) })
      : ((value - full.lo) / (full.hi - full.lo)).toFixed(2);
  return (
    <div className="range">
      <div className="field-row">
        <span className="field-label">{t('range.title')}</span>
        <SegmentedControl
          label={t('range.mode')}
          value={choice.mode}
          options={options}
          onChange={(mode) => onChange(mode === 'manual' ? { mode, ...range } : { mode })}
        />
      </div>
      <RangeHistogram
        bars={bars}
        full={full}
        range={range}
        color={color}
        describe={describe}
        onChange={(next) => onChange({ mode: 'manual', ...next })}
        onReset={() => onChange({ mode: 'auto' })}
      />
      <div className="range-values">
        <span>
          {t('legend.far')} <span className="num">{describe(range.lo)}</span>
        </span>
        <span>
          <span className="num">{describe(range.hi)}</span> {t('legend.near')}
        </span>
      </div>
    </div>
  );
}
