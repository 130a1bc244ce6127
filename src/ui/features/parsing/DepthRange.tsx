import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useParsingStore } from '../../stores/parsing-store.ts';

/** Shows the parts between two distances only. */
export function DepthRange() {
  const { t } = useTranslation('parsing');
  const range = useParsingStore((state) => state.depthRange) ?? { lo: 0, hi: 1 };
  const setDepthRange = useParsingStore((state) => state.setDepthRange);
  const change = ([lo = 0, hi = 1]: number[]) => setDepthRange(lo <= 0 && hi >= 1 ? null : { lo, hi });
  return (
    <div className="field">
      <div className="field-row" style={{ minHeight: 20 }}>
        <span className="field-label">{t('depthRange.label')}</span>
        <output className="field-value">
          {t('depthRange.value', { lo: range.lo.toFixed(2), hi: range.hi.toFixed(2) })}
        </output>
      </div>
      <Slider.Root
        className="slider"
        value={[range.lo, range.hi]}
        min={0}
        max={1}
        step={0.01}
        onValueChange={change}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label={t('depthRange.far')} />
        <Slider.Thumb className="slider-thumb" aria-label={t('depthRange.near')} />
      </Slider.Root>
      <p className="field-hint">{t('depthRange.hint')}</p>
    </div>
  );
}
