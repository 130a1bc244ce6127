import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat.ts';
import { useViewedMap } from '../../hooks/useViewedMap.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';

/** Shows the parts between two distances only. */
export function DepthRange() {
  const { t } = useTranslation('parsing');
  const { t: tViewer } = useTranslation('viewer');
  const format = useFormat();
  const { viewed } = useViewedMap();
  const range = useParsingStore((state) => state.depthRange) ?? { lo: 0, hi: 1 };
  const setDepthRange = useParsingStore((state) => state.setDepthRange);
  const change = ([lo = 0, hi = 1]: number[]) => setDepthRange(lo <= 0 && hi >= 1 ? null : { lo, hi });
  /** In metres where the model knows them: their inverse lies evenly along the slider. */
  const write = (share: number): string => {
    if (viewed?.unit !== 'metres') return share.toFixed(2);
    const { min, max } = viewed.histogram;
    const inverse = min + share * (max - min);
    return tViewer('readOut.metres', { value: inverse > 0 ? format.number(1 / inverse, 1) : '∞' });
  };
  return (
    <div className="field">
      <div className="field-row" style={{ minHeight: 20 }}>
        <span className="field-label">{t('depthRange.label')}</span>
        <span className="field-value num">
          {t('depthRange.value', { lo: write(range.lo), hi: write(range.hi) })}
        </span>
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
