import { ExternalLink } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Section } from '../../components/Section.tsx';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { estimateRelativeCost } from '../../../engine/image/input-size.ts';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../../../engine/models/isobath-parsing-tiny.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useModelTexts } from '../../hooks/useModelTexts.ts';
import { useOfferedModels } from '../../hooks/useOfferedModels.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useClientSnapshot, useServices } from '../../services.tsx';
import { useLibraryStore } from '../../stores/library-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { pipelineOf, taskIdOf, type ResultKind } from '../../task-id.ts';
import { hasExactMode, hasLongSideCap, resolveModelOptions } from '../../library/model-options.ts';
import { isOutdated } from './outdated.ts';

/** For models that are not embedded: loaded when one is in use. */
const SpeedFields = lazy(async () => ({ default: (await import('./SpeedFields.tsx')).SpeedFields }));

/** Below this difference a detail costs what the standard costs. */
const SAME_COST = 0.03;

const SETTINGS = { depth: 'modelId', parsing: 'parsingModelId' } as const;
const DEFAULTS = { depth: ISOBATH_DEPTH_TINY, parsing: ISOBATH_PARSING_TINY } as const;

/** Which model makes the map, and how finely. */
export function MapSection({ kind }: { readonly kind: ResultKind }) {
  const { t } = useTranslation();
  const { t: tParsing } = useTranslation('parsing');
  const modelId = useSettingsStore((state) => state[SETTINGS[kind]]);
  const offered = useOfferedModels(kind);
  const model = offered.find(({ id }) => id === modelId) ?? DEFAULTS[kind];
  const update = useSettingsStore((state) => state.update);
  const texts = useModelTexts(model);
  // Those of the built-in models are there from the start.
  const summary =
    model.id === 'isobath-depth-tiny'
      ? t('map.summaries.isobath-depth-tiny')
      : model.id === 'isobath-parsing-tiny'
        ? tParsing('model.summary')
        : texts.summary;
  return (
    <Section id="map" title={t('map.title')}>
      {offered.length > 1 ? (
        <Select
          label={t('map.model')}
          value={model.id}
          options={offered.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(next) => update({ [SETTINGS[kind]]: next })}
        />
      ) : (
        <div className="field-row" style={{ minHeight: 20 }}>
          <span className="field-label">{t('map.model')}</span>
          <span className="field-value">{model.name}</span>
        </div>
      )}
      <p className="field-hint">
        {summary}{' '}
        {kind === 'depth' && (model.output.kind === 'metric-depth' ? t('map.metric') : t('map.relative'))}
      </p>
      <DetailField model={model} />
      {(hasLongSideCap(model) || hasExactMode(model)) && (
        <Suspense>
          <SpeedFields model={model} kind={kind} />
        </Suspense>
      )}
      <RerunActions model={model} kind={kind} />
      <Button variant="ghost" onClick={() => useViewStore.getState().setPage('models')}>
        {t('map.more')}
      </Button>
      <p className="field-hint">
        {t('map.licence', { name: model.licence.name })}
        {model.sourceUrl && (
          <>
            {' · '}
            <a href={model.sourceUrl} target="_blank" rel="noreferrer">
              {t('map.source')} <ExternalLink aria-hidden className="inline-icon" />
            </a>
          </>
        )}
      </p>
    </Section>
  );
}

function DetailField({ model }: { readonly model: ModelManifest }) {
  const { library } = useServices();
  const { t } = useTranslation();
  const format = useFormat();
  const image = useSelectedImage();
  const [draftPx, setDraftPx] = useState<number | null>(null);
  const { minPx, maxPx, stepPx } = model.input.detail;
  const settings = useSettingsStore();
  const options = resolveModelOptions(
    model,
    draftPx === null ? settings : { ...settings, detailPx: { [model.id]: draftPx } },
  );

  if (minPx === maxPx) {
    return <p className="field-hint">{t('map.fixedDetail', { size: format.number(maxPx) })}</p>;
  }

  const source =
    image?.widthPx && image.heightPx ? { widthPx: image.widthPx, heightPx: image.heightPx } : undefined;
  const cost = estimateRelativeCost(model.input, options, source);
  const hint =
    Math.abs(cost - 1) < SAME_COST
      ? t('map.costDefault')
      : t('map.cost', { factor: format.number(cost, cost < 2 ? 1 : 0) });

  const commit = (detailPx: number) => {
    setDraftPx(null);
    if (resolveModelOptions(model, settings).detailPx === detailPx) return;
    settings.update({ detailPx: { ...settings.detailPx, [model.id]: detailPx } });
    if (image) library.rerun([image.id]);
  };

  return (
    <Slider
      label={t('map.detail')}
      value={options.detailPx}
      min={minPx}
      max={maxPx}
      step={stepPx}
      formatValue={(value) => t('map.detailValue', { size: format.number(value) })}
      hint={hint}
      onChange={setDraftPx}
      onCommit={commit}
    />
  );
}

/** Appears when maps were made with other settings than those of now. */
function RerunActions({ model, kind }: { readonly model: ModelManifest; readonly kind: ResultKind }) {
  const { library } = useServices();
  const { t } = useTranslation();
  const selectedId = useViewStore((state) => state.selectedImageId);
  const images = useLibraryStore((state) => state.images);
  const tasks = useClientSnapshot((snapshot) => snapshot.tasks);
  const detailPx = useSettingsStore((state) => state.detailPx);
  const maxLongSidePx = useSettingsStore((state) => state.maxLongSidePx);
  const isExact = useSettingsStore((state) => state.isExact);
  const outdatedIds = useMemo(() => {
    const options = resolveModelOptions(model, { detailPx, maxLongSidePx, isExact });
    return images
      .filter((image) => {
        const task = tasks.get(taskIdOf(image.id, pipelineOf(kind)));
        return task?.state === 'done' && isOutdated(task.summary, model, options);
      })
      .map((image) => image.id);
  }, [model, kind, images, tasks, detailPx, maxLongSidePx, isExact]);
  if (outdatedIds.length === 0) return null;
  const isThisOutdated = selectedId !== null && outdatedIds.includes(selectedId);
  return (
    <>
      <p className="field-hint">{t('map.outdated', { count: outdatedIds.length })}</p>
      <div className="button-row">
        {isThisOutdated && <Button onClick={() => library.rerun([selectedId])}>{t('map.rerunOne')}</Button>}
        {(outdatedIds.length > 1 || !isThisOutdated) && (
          <Button onClick={() => library.rerun(outdatedIds)}>{t('map.rerunAll')}</Button>
        )}
      </div>
    </>
  );
}
