import { Crosshair } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { personColorCss } from '../../../render/palettes.ts';
import { Section } from '../../components/Section.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useObjectUrl } from '../../hooks/useObjectUrl.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import {
  useClassName,
  useColourBy,
  useNearness,
  useParsingChoice,
  useViewedLabels,
} from '../../hooks/useViewedLabels.ts';
import type { PersonView, ViewedLabels } from '../../parsing/viewed-labels.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useNearText } from './useNearText.ts';
import './parsing.css';

/** Everybody in the picture, with what they wear. Not there while nobody is known. */
export function PeopleSection() {
  const { t } = useTranslation('parsing');
  const { viewed } = useViewedLabels();
  const hasBoxes = useParsingStore((state) => state.hasBoxes);
  const setBoxes = useParsingStore((state) => state.setBoxes);
  const hasParts = viewed?.classes.some(({ id }) => id !== 0) ?? false;
  if (viewed === null || !hasParts) return null;
  return (
    <Section id="people" title={t('people.title')}>
      {viewed.people.length === 0 ? (
        <p className="field-hint">{t('noPeople')}</p>
      ) : (
        <>
          {viewed.result.arePeopleEstimated && <p className="field-hint">{t('people.estimated')}</p>}
          <PeopleList viewed={viewed} />
          <Switch label={t('people.boxes')} isOn={hasBoxes} onChange={setBoxes} />
        </>
      )}
    </Section>
  );
}

/** The thumbnail, zoomed to the person's box: sizes and places in per cent of the frame. */
function toCrop({ x, y, width, height }: PersonView['box']) {
  const place = (start: number, size: number) => (size >= 1 ? 0 : (start / (1 - size)) * 100);
  return {
    backgroundSize: `${100 / width}% ${100 / height}%`,
    backgroundPosition: `${place(x, width)}% ${place(y, height)}%`,
  };
}

function PeopleList({ viewed }: { readonly viewed: ViewedLabels }) {
  const { t, i18n } = useTranslation('parsing');
  const className = useClassName();
  const image = useSelectedImage();
  const url = useObjectUrl(image?.thumbnail ?? null);
  const { hiddenPeople, isolatedPerson } = useParsingChoice(viewed);
  const nearness = useNearness(viewed);
  const nearText = useNearText();
  const hasColours = useColourBy(viewed) === 'person';
  const palette = useSettingsStore((state) => state.palette);
  const { togglePerson, setIsolated } = useParsingStore.getState();
  if (image === null) return null;
  const { labels, sourceWidthPx, sourceHeightPx } = viewed.result;
  return (
    <ul className="people" aria-label={t('people.title')}>
      {viewed.people.map((person) => {
        const name = t('people.name', { number: person.id });
        const parts = person.parts
          .map((id) => className(labels[id] ?? '').toLocaleLowerCase(i18n.language))
          .join(t('people.separator'));
        const isOnly = isolatedPerson === person.id;
        const isOn = isolatedPerson === null ? !hiddenPeople.includes(person.id) : isOnly;
        const near = nearness?.people.get(person.id);
        const facts = [
          person.score === null ? null : t('people.score', { score: person.score.toFixed(2) }),
          near === undefined ? null : nearText(near),
        ].filter((fact) => fact !== null);
        const aspect = (person.box.width * sourceWidthPx) / (person.box.height * sourceHeightPx);
        return (
          <li key={person.id} data-testid="person" data-score={person.score ?? ''}>
            <button
              type="button"
              className="people-row"
              role="checkbox"
              aria-checked={isOn}
              aria-label={t('people.line', { name, parts })}
              onClick={() => togglePerson(image.id, person.id)}
            >
              <span className="people-frame">
                <span
                  className="people-thumb"
                  style={{
                    ...toCrop(person.box),
                    backgroundImage: url === null ? undefined : `url("${url}")`,
                    aspectRatio: aspect,
                    [aspect > 1 ? 'width' : 'height']: '100%',
                  }}
                />
              </span>
              <span className="people-text">
                <strong>
                  {hasColours && (
                    <i className="people-colour" style={{ background: personColorCss(palette, person.id) }} />
                  )}
                  {name}
                </strong>
                <span>{parts}</span>
                {facts.length > 0 && <span className="people-facts num">{facts.join(' · ')}</span>}
              </span>
            </button>
            <button
              type="button"
              className="parts-only"
              aria-pressed={isOnly}
              aria-label={isOnly ? t('onlyOff') : t('only', { name })}
              title={isOnly ? t('onlyOff') : t('only', { name })}
              onClick={() =>
                setIsolated(isOnly ? null : { kind: 'person', imageId: image.id, id: person.id })
              }
            >
              <Crosshair aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
