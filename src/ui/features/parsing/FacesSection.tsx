import { useTranslation } from 'react-i18next';
import { Section } from '../../components/Section.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useFaceBlur, useViewedLabels } from '../../hooks/useViewedLabels.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';

/** Makes faces unrecognisable, seen at once. */
export function FacesSection() {
  const { t } = useTranslation('parsing');
  const format = useFormat();
  const { viewed } = useViewedLabels();
  const blur = useFaceBlur(viewed);
  const { isOn, includesHair, feather, strength } = useParsingStore((state) => state.faceBlur);
  const setFaceBlur = useParsingStore((state) => state.setFaceBlur);
  const share = (value: number) => format.percent(value);
  return (
    <Section id="faces" title={t('faces.title')}>
      <Switch
        label={t('faces.blur')}
        isOn={isOn}
        onChange={(next) => setFaceBlur({ isOn: next })}
        hint={t('faces.hint')}
      />
      {isOn && viewed !== null && blur === null && (
        <p className="field-hint" role="status">
          {t('faces.none')}
        </p>
      )}
      {isOn && (
        <>
          {(viewed === null || viewed.hairClasses.length > 0) && (
            <Switch
              label={t('faces.hair')}
              isOn={includesHair}
              onChange={(next) => setFaceBlur({ includesHair: next })}
            />
          )}
          <Slider
            label={t('faces.strength')}
            value={strength}
            min={0}
            max={1}
            step={0.05}
            formatValue={share}
            onChange={(next) => setFaceBlur({ strength: next })}
          />
          <Slider
            label={t('faces.feather')}
            value={feather}
            min={0}
            max={1}
            step={0.05}
            formatValue={share}
            onChange={(next) => setFaceBlur({ feather: next })}
          />
        </>
      )}
    </Section>
  );
}
