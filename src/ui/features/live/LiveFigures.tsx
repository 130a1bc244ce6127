import { useTranslation } from 'react-i18next';
import { LIVE_STAGES } from '../../../client/live-client.types.ts';
import { Section } from '../../components/Section.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useClientSnapshot } from '../../services.tsx';
import { useLiveSnapshot } from './live-context.ts';
import { PROVIDER_NAMES } from './provider-names.ts';

/** All figures: rates, latency, drops, stages, and who computes beside. */
export function LiveFigures() {
  const { t } = useTranslation('live');
  const format = useFormat();
  const stats = useLiveSnapshot((snapshot) => snapshot.stats);
  const hasGpuFailed = useLiveSnapshot((snapshot) => snapshot.hasGpuFailed);
  const waitingCount = useClientSnapshot(({ queuedCount, processingCount }) => queuedCount + processingCount);
  const backend = stats?.backend ?? null;
  const rate = (value: number) => t('figures.rate', { rate: format.number(value, 1) });
  return (
    <Section id="live-figures" title={t('figures.title')}>
      {stats === null ? (
        <p className="field-hint">{t('figures.empty')}</p>
      ) : (
        <dl className="facts">
          <dt>{t('figures.received')}</dt>
          <dd>{rate(stats.fpsReceived)}</dd>
          <dt>{t('figures.processed')}</dt>
          <dd>{rate(stats.fpsProcessed)}</dd>
          <dt>{t('figures.shown')}</dt>
          <dd>{rate(stats.fpsShown)}</dd>
          <dt>{t('figures.dropped')}</dt>
          <dd>{format.number(stats.counts.dropped)}</dd>
          <dt>{t('figures.latency')}</dt>
          <dd>{stats.latencyMs === null ? '–' : format.duration(Math.round(stats.latencyMs))}</dd>
          {LIVE_STAGES.map((stage) => (
            <div
              key={stage}
              className="stage-row"
              data-stage={stage}
              data-ms={stats.stagesMs[stage].toFixed(2)}
            >
              <dt>{t(`figures.stages.${stage}`)}</dt>
              <dd>{format.duration(stats.stagesMs[stage])}</dd>
            </div>
          ))}
          {backend !== null && (
            <>
              <dt>{t('figures.backend')}</dt>
              <dd>
                {PROVIDER_NAMES[backend.executionProvider]}
                {backend.executionProvider === 'wasm' && `, ${t('figures.lanes', { count: backend.lanes })}`}
              </dd>
            </>
          )}
        </dl>
      )}
      {hasGpuFailed && <p className="field-hint">{t('figures.gpuFailed')}</p>}
      <p className="field-hint" data-testid="live-policy">
        {waitingCount > 0 ? t('figures.policyBusy', { count: waitingCount }) : t('figures.policy')}
      </p>
    </Section>
  );
}
