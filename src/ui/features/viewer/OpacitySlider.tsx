import { Slider } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** How much of the map covers the photo: one line, for the toolbar. */
export function OpacitySlider() {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const opacity = useViewStore((state) => state.overlayOpacity);
  const setOpacity = useViewStore((state) => state.setOverlayOpacity);
  return (
    <div className="viewer-opacity">
      <Slider.Root
        className="slider"
        value={[opacity]}
        min={0}
        max={1}
        step={0.01}
        onValueChange={([next]) => next !== undefined && setOpacity(next)}
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
      <output>{format.percent(opacity)}</output>
    </div>
  );
}
