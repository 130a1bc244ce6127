import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ColormapSwatches } from '../../components/ColormapSwatches.tsx';
import { Section } from '../../components/Section.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useLiveSnapshot } from './live-context.ts';
import { LiveLabelsSection } from './LiveLabelsSection.tsx';
import { LiveFigures } from './LiveFigures.tsx';
import { LiveMapSection } from './LiveMapSection.tsx';
import { LiveSourceSection } from './LiveSourceSection.tsx';

/** Narrower ranges would show noise. */
const MIN_RANGE = 0.05;
/** Gamma is a power: the slider is even in its exponent. */
const GAMMA_EXPONENT = 2;

/** Everything that can be set while it runs. */
export function LivePanel() {
  const { t } = useTranslation('live');
  const task = useLiveStore((state) => state.task);
  return (
    <>
      <LiveSourceSection />
      <LiveMapSection />
      {task === 'depth' ? <LiveColourSection /> : <LiveLabelsSection />}
      <LiveFigures />
      <p className="live-privacy live-privacy-foot">
        <ShieldCheck aria-hidden />
        {t('privacy')}
      </p>
    </>
  );
}

function LiveColourSection() {
  const { t } = useTranslation('live');
  const { t: tViewer } = useTranslation('viewer');
  const format = useFormat();
  const colormap = useSettingsStore((state) => state.colormap);
  const invert = useSettingsStore((state) => state.invert);
  const gamma = useSettingsStore((state) => state.gamma);
  const followEdges = useSettingsStore((state) => state.followEdges);
  const updateSettings = useSettingsStore((state) => state.update);
  const rangeLo = useLiveStore((state) => state.rangeLo);
  const rangeHi = useLiveStore((state) => state.rangeHi);
  const update = useLiveStore((state) => state.update);
  const isSoftware = useLiveSnapshot(({ stats }) => stats?.isRendererSoftware ?? false);
  return (
    <Section id="live-colour" title={tViewer('colour.title')}>
      <ColormapSwatches
        value={colormap}
        isInverted={invert}
        onChange={(next) => updateSettings({ colormap: next })}
      />
      <Switch
        label={tViewer('colour.invert')}
        isOn={invert}
        onChange={(isOn) => updateSettings({ invert: isOn })}
      />
      <Slider
        label={tViewer('range.far')}
        value={rangeLo}
        min={0}
        max={1}
        step={0.01}
        formatValue={(value) => format.percent(value)}
        onChange={(value) => update({ rangeLo: Math.min(value, rangeHi - MIN_RANGE) })}
      />
      <Slider
        label={tViewer('range.near')}
        value={rangeHi}
        min={0}
        max={1}
        step={0.01}
        formatValue={(value) => format.percent(value)}
        onChange={(value) => update({ rangeHi: Math.max(value, rangeLo + MIN_RANGE) })}
      />
      <Slider
        label={tViewer('colour.gamma')}
        value={Math.log2(gamma)}
        min={-GAMMA_EXPONENT}
        max={GAMMA_EXPONENT}
        step={0.05}
        formatValue={(exponent) => format.number(2 ** exponent, 2)}
        onChange={(exponent) => updateSettings({ gamma: Math.abs(exponent) < 0.01 ? 1 : 2 ** exponent })}
      />
      <Switch
        label={tViewer('colour.followEdges')}
        isOn={followEdges}
        onChange={(isOn) => updateSettings({ followEdges: isOn })}
        hint={isSoftware ? t('colour.edgesOff') : undefined}
      />
    </Section>
  );
}
