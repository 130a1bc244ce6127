import { useTranslation } from 'react-i18next';
import { ColormapSwatches } from '../../components/ColormapSwatches.tsx';
import { Section } from '../../components/Section.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useShortcuts } from '../../hooks/shortcuts.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useColorSettings, useViewedMap } from '../../hooks/useViewedMap.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import './colour.css';
import { nextColormap } from './next-colormap.ts';
import { RangeControl } from './RangeControl.tsx';

/** Gamma is a power: the slider is even in its exponent, so that 0.5 and 2 lie equally far from 1. */
const GAMMA_EXPONENT = 2;

/** How the map is coloured. Everything here is drawn from the stored map; nothing runs the model. */
export function ColourSection() {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const { viewed } = useViewedMap();
  const color = useColorSettings(viewed);
  const imageId = useViewStore((state) => state.selectedImageId);
  const setRange = useViewStore((state) => state.setRange);
  const choice = useViewStore((state) => (imageId === null ? undefined : state.ranges[imageId]));
  const colormap = useSettingsStore((state) => state.colormap);
  const invert = useSettingsStore((state) => state.invert);
  const gamma = useSettingsStore((state) => state.gamma);
  const followEdges = useSettingsStore((state) => state.followEdges);
  const update = useSettingsStore((state) => state.update);

  useShortcuts({
    invert: () => update({ invert: !invert }),
    followEdges: () => update({ followEdges: !followEdges }),
    nextColormap: () => update({ colormap: nextColormap(colormap) }),
    autoRange: () => {
      if (imageId !== null)
        setRange(imageId, { mode: (choice?.mode ?? 'auto') === 'auto' ? 'full' : 'auto' });
    },
  });

  return (
    <Section id="colour" title={t('colour.title')}>
      <ColormapSwatches
        value={colormap}
        isInverted={invert}
        onChange={(next) => update({ colormap: next })}
      />
      <Switch label={t('colour.invert')} isOn={invert} onChange={(isOn) => update({ invert: isOn })} />
      <RangeControl
        viewed={viewed}
        color={color}
        choice={choice ?? { mode: 'auto' }}
        onChange={(next) => imageId !== null && setRange(imageId, next)}
      />
      <Slider
        label={t('colour.gamma')}
        value={Math.log2(gamma)}
        min={-GAMMA_EXPONENT}
        max={GAMMA_EXPONENT}
        step={0.05}
        // Steps of an even exponent do not meet 0 exactly in floating point.
        onChange={(exponent) => update({ gamma: Math.abs(exponent) < 0.01 ? 1 : 2 ** exponent })}
        formatValue={(exponent) => format.number(2 ** exponent, 2)}
        hint={t('colour.gammaHint')}
      />
      <Switch
        label={t('colour.followEdges')}
        isOn={followEdges}
        onChange={(isOn) => update({ followEdges: isOn })}
        hint={followEdges ? t('colour.followEdgesHint') : t('colour.rawMap')}
      />
    </Section>
  );
}
