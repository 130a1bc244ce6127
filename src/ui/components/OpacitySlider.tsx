import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../hooks/useFormat.ts';
import './opacity-slider.css';

interface OpacitySliderProps {
  /** 0..1 */
  readonly opacity: number;
  onChange(opacity: number): void;
}

/** How much of the map covers the photo: one line, for the toolbar. */
export function OpacitySlider({ opacity, onChange }: OpacitySliderProps) {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  return (
    <div className="viewer-opacity">
      <Slider.Root
        className="slider"
        value={[opacity]}
        min={0}
        max={1}
        step={0.01}
        onValueChange={([next]) => next !== undefined && onChange(next)}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
          aria-label={t('tools.opacity')}
          aria-valuetext={format.percent(opacity)}
        />
      </Slider.Root>
      <span className="num">{format.percent(opacity)}</span>
    </div>
  );
}
