import { Crosshair } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PALETTE_IDS, paletteColorCss } from '../../../render/palettes.ts';
import { Button } from '../../components/Button.tsx';
import { Section } from '../../components/Section.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import {
  useClassName,
  useColourBy,
  useNearness,
  useParsingChoice,
  useViewedLabels,
} from '../../hooks/useViewedLabels.ts';
import { useViewedMap } from '../../hooks/useViewedMap.ts';
import type { ViewedLabels } from '../../parsing/viewed-labels.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { COLOUR_BY, PARSING_STYLES, useSettingsStore } from '../../stores/settings-store.ts';
import { DepthRange } from './DepthRange.tsx';
import { useNearText } from './useNearText.ts';
import './parsing.css';

/** How parts are drawn, and the legend: which are there, how much of the picture they are, and which are seen. */
export function PartsSection() {
  const { t } = useTranslation('parsing');
  const format = useFormat();
  const { viewed } = useViewedLabels();
  const { viewed: depth } = useViewedMap();
  const style = useSettingsStore((state) => state.parsingStyle);
  const colourBy = useSettingsStore((state) => state.colourBy);
  const opacity = useSettingsStore((state) => state.parsingOpacity);
  const palette = useSettingsStore((state) => state.palette);
  const update = useSettingsStore((state) => state.update);
  const hasParts = viewed?.classes.some(({ id }) => id !== 0) ?? false;
  return (
    <Section id="parts" title={t('title')}>
      <SegmentedControl
        label={t('style.label')}
        value={style}
        options={PARSING_STYLES.map((value) => ({ value, label: t(`style.${value}`) }))}
        onChange={(parsingStyle) => update({ parsingStyle })}
      />
      {style !== 'mosaic' && (
        <Slider
          label={t('opacity')}
          value={opacity}
          min={0}
          max={1}
          step={0.01}
          formatValue={(value) => format.percent(value)}
          onChange={(parsingOpacity) => update({ parsingOpacity })}
        />
      )}
      {viewed !== null && viewed.people.length > 0 && (
        <SegmentedControl
          label={t('colourBy.label')}
          value={colourBy}
          options={COLOUR_BY.map((value) => ({ value, label: t(`colourBy.${value}`) }))}
          onChange={(next) => update({ colourBy: next })}
        />
      )}
      <Select
        label={t('palette.label')}
        value={palette}
        options={PALETTE_IDS.map((id) => ({ value: id, label: t(`palette.names.${id}`) }))}
        onChange={(next) => update({ palette: next })}
      />
      {viewed === null ? (
        <p className="field-hint">{t('empty')}</p>
      ) : hasParts ? (
        <>
          <ClassLegend viewed={viewed} />
          {depth !== null && <DepthRange />}
          {viewed.result.arePeopleEstimated && <p className="field-hint">{t('wholePicture')}</p>}
        </>
      ) : (
        <div className="parts-none" role="status" data-testid="no-person">
          <strong>{t('noPerson')}</strong>
          <p className="field-hint">{t('noPersonHint')}</p>
        </div>
      )}
    </Section>
  );
}

function ClassLegend({ viewed }: { readonly viewed: ViewedLabels }) {
  const { t } = useTranslation('parsing');
  const format = useFormat();
  const className = useClassName();
  const palette = useSettingsStore((state) => state.palette);
  // Coloured by person, a class has no colour of its own.
  const hasColours = useColourBy(viewed) === 'class';
  const { hiddenClasses, isolatedClass } = useParsingChoice(viewed);
  const nearness = useNearness(viewed);
  const nearText = useNearText();
  const { toggleClass, setHiddenClasses, setIsolated } = useParsingStore.getState();
  const { labelSet } = viewed.result;
  const isOn = (id: number) => (isolatedClass === null ? !hiddenClasses.includes(id) : isolatedClass === id);
  return (
    <div className="field">
      <ul className="parts-legend" aria-label={t('legend')}>
        {viewed.classes.map(({ id, name, share }) => {
          const isOnly = isolatedClass === id;
          const near = nearness?.classes.get(id);
          return (
            <li key={id} data-testid="legend-item" data-class={name} data-share={share.toFixed(6)}>
              <button
                type="button"
                className="parts-row"
                role="checkbox"
                aria-checked={isOn(id)}
                onClick={() => toggleClass(labelSet, id)}
              >
                <span
                  className="parts-swatch"
                  style={{ background: hasColours ? paletteColorCss(palette, id) : undefined }}
                />
                <span className="parts-name">
                  <span className="truncate">{className(name)}</span>
                  {near !== undefined && id !== 0 && (
                    <span className="parts-near num" title={t('nearHint')}>
                      {nearText(near)}
                    </span>
                  )}
                </span>
                <span className="parts-share num">{format.share(share)}</span>
              </button>
              <button
                type="button"
                className="parts-only"
                aria-pressed={isOnly}
                aria-label={isOnly ? t('onlyOff') : t('only', { name: className(name) })}
                title={isOnly ? t('onlyOff') : t('only', { name: className(name) })}
                onClick={() => setIsolated(isOnly ? null : { kind: 'class', labelSet, id })}
              >
                <Crosshair aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
      <div className="button-row">
        <Button onClick={() => setHiddenClasses(labelSet, [0])}>{t('showAll')}</Button>
        <Button onClick={() => setHiddenClasses(labelSet, [...viewed.result.labels.keys()])}>
          {t('hideAll')}
        </Button>
      </div>
    </div>
  );
}
