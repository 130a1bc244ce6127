import { useTranslation } from 'react-i18next';
import { Section } from '../../components/Section.tsx';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { PARSING_STYLES, useSettingsStore } from '../../stores/settings-store.ts';

/** Classes over the picture, and faces that nobody should recognise. */
export function LiveLabelsSection() {
  const { t } = useTranslation('live');
  const { t: tParsing } = useTranslation('parsing');
  const format = useFormat();
  const areClassesShown = useLiveStore((state) => state.areClassesShown);
  const updateLive = useLiveStore((state) => state.update);
  const style = useSettingsStore((state) => state.parsingStyle);
  const opacity = useSettingsStore((state) => state.parsingOpacity);
  const update = useSettingsStore((state) => state.update);
  const { isOn, includesHair, strength } = useParsingStore((state) => state.faceBlur);
  const setFaceBlur = useParsingStore((state) => state.setFaceBlur);
  return (
    <Section id="live-labels" title={t('labels.title')}>
      <Switch
        label={t('labels.shown')}
        isOn={areClassesShown}
        onChange={(next) => updateLive({ areClassesShown: next })}
      />
      {areClassesShown && (
        <>
          <Select
            label={t('labels.style')}
            value={style}
            options={PARSING_STYLES.map((value) => ({ value, label: t(`labels.styles.${value}`) }))}
            onChange={(next) => update({ parsingStyle: next })}
          />
          {style !== 'mosaic' && (
            <Slider
              label={t('labels.opacity')}
              value={opacity}
              min={0}
              max={1}
              step={0.05}
              formatValue={(value) => format.percent(value)}
              onChange={(next) => update({ parsingOpacity: next })}
            />
          )}
        </>
      )}
      <Switch
        label={tParsing('faces.blur')}
        isOn={isOn}
        onChange={(next) => setFaceBlur({ isOn: next })}
        hint={t('labels.blurHint')}
      />
      {isOn && (
        <>
          <Switch
            label={tParsing('faces.hair')}
            isOn={includesHair}
            onChange={(next) => setFaceBlur({ includesHair: next })}
          />
          <Slider
            label={tParsing('faces.strength')}
            value={strength}
            min={0}
            max={1}
            step={0.05}
            formatValue={(value) => format.percent(value)}
            onChange={(next) => setFaceBlur({ strength: next })}
          />
        </>
      )}
    </Section>
  );
}
