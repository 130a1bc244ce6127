import { Info } from 'lucide-react';
import { memo, useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResultSummary } from '../../../client/inference-client.types.ts';
import { Section } from '../../components/Section.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useSelectedImage, type SelectedImage } from '../../hooks/useSelectedImage.ts';
import { useShownResult } from '../../hooks/useShownResult.ts';
import { useSelectedTask } from '../../hooks/useSelectedTask.ts';
import { useViewedMap } from '../../hooks/useViewedMap.ts';
import { useModelSnapshot } from '../../services.tsx';
import { useViewStore } from '../../stores/view-store.ts';
import './numbers.css';
import { StageTimes } from './StageTimes.tsx';

const HINTS = ['transparency-on-white', 'first-frame', 'svg-rasterised'] as const;

interface Facts {
  readonly image: SelectedImage | null;
  readonly summary: ResultSummary | null;
  /** null: none is known. */
  readonly focalLengthPx: number | null;
  /** null: not drawn yet. */
  readonly renderMs: number | null;
}

/** Sizes, model, times: what is known of the picture and its map. Told in a rendering after the map's own. */
export function NumbersSection() {
  const image = useSelectedImage();
  const shown = useShownResult();
  const task = useSelectedTask(shown);
  const { viewed } = useViewedMap();
  const renderTiming = useViewStore((state) => state.renderTiming);
  const summary = task?.state === 'done' ? task.summary : null;
  const focalLengthPx = viewed?.result.kind === 'metric-depth' ? viewed.result.focalLengthPx : null;
  const renderMs =
    summary !== null && renderTiming?.resultKey === summary.resultKey ? renderTiming.renderMs : null;
  const facts = useMemo(
    (): Facts => ({ image, summary, focalLengthPx, renderMs }),
    [image, summary, focalLengthPx, renderMs],
  );
  return <FactsSection facts={useDeferredValue(facts)} />;
}

const FactsSection = memo(({ facts }: { readonly facts: Facts }) => {
  const { image, summary, focalLengthPx, renderMs } = facts;
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const modelName = useModelSnapshot(
    ({ models }) => models.find(({ manifest }) => manifest.id === summary?.provenance.modelId)?.manifest.name,
  );
  const hints = HINTS.filter((hint) => image?.hints.includes(hint));

  return (
    <Section id="numbers" title={t('numbers.title')}>
      <dl className="facts">
        {image !== null && image.widthPx !== null && image.heightPx !== null && (
          <>
            <dt>{t('numbers.source')}</dt>
            <dd>{format.size(image.widthPx, image.heightPx)}</dd>
          </>
        )}
        {summary !== null && (
          <>
            <dt>{t('numbers.map')}</dt>
            <dd>{format.size(summary.widthPx, summary.heightPx)}</dd>
            <dt>{t('numbers.model')}</dt>
            <dd>{modelName ?? summary.provenance.modelId}</dd>
            <dt>{t('numbers.backend')}</dt>
            <dd>
              {summary.provenance.executor === 'remote'
                ? t('numbers.remote')
                : `${PROVIDER_NAMES[summary.provenance.executionProvider]}, ${t('numbers.threads', {
                    count: summary.provenance.threads,
                  })}`}
            </dd>
            {focalLengthPx !== null && (
              <>
                <dt>{t('numbers.focal')}</dt>
                <dd>{t('numbers.focalValue', { value: format.number(focalLengthPx, 0) })}</dd>
              </>
            )}
            <dt>{t('numbers.cache')}</dt>
            <dd>{summary.cache === 'hit' ? t('numbers.cacheHit') : t('numbers.cacheMiss')}</dd>
            <dt>{t('numbers.total')}</dt>
            <dd>{format.duration(summary.totalMs)}</dd>
          </>
        )}
      </dl>
      {summary === null && <p className="field-hint">{t('numbers.empty')}</p>}
      {summary !== null && (
        <StageTimes
          title={summary.cache === 'hit' ? t('numbers.stagesFromCache') : t('numbers.stages')}
          timings={summary.timings}
          renderMs={renderMs}
        />
      )}
      {hints.map((hint) => (
        <p key={hint} className="numbers-hint">
          <Info aria-hidden />
          {t(`numbers.hints.${hint}`)}
        </p>
      ))}
    </Section>
  );
});
FactsSection.displayName = 'FactsSection';

const PROVIDER_NAMES = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' } as const;
