import { useTranslation } from 'react-i18next';
import { paletteColorCss, personColorCss } from '../../../render/palettes.ts';
import { useClassName, useColourBy } from '../../hooks/useViewedLabels.ts';
import type { Selection } from '../../../engine/parsing/selection.ts';
import type { ViewedLabels } from '../../parsing/viewed-labels.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import './parts-legend.css';

interface PartsLegendProps {
  readonly viewed: ViewedLabels;
  readonly selection: Selection;
}

/** Which colour is which class, for what is switched on. The inspector has the same with shares and switches. */
export function PartsLegend({ viewed, selection }: PartsLegendProps) {
  const { t } = useTranslation('parsing');
  const className = useClassName();
  const palette = useSettingsStore((state) => state.palette);
  const byPerson = useColourBy(viewed) === 'person';
  const shown = viewed.classes.filter(({ id }) => selection.classes.has(id));
  return (
    <div className="parts-chips" role="group" aria-label={t('legend')} data-testid="legend" tabIndex={0}>
      {byPerson
        ? viewed.people
            .filter(({ id }) => selection.people?.has(id) ?? true)
            .map(({ id }) => (
              <span key={id} className="parts-chip">
                <i style={{ background: personColorCss(palette, id) }} />
                {t('people.name', { number: id })}
              </span>
            ))
        : shown.map(({ id, name }) => (
            <span key={id} className="parts-chip">
              <i style={{ background: paletteColorCss(palette, id) }} />
              {className(name)}
            </span>
          ))}
    </div>
  );
}
