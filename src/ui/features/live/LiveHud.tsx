import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat.ts';
import { useLiveSnapshot } from './live-context.ts';
import { PROVIDER_NAMES } from './provider-names.ts';

/** A few figures over the picture. */
export function LiveHud() {
  const { t } = useTranslation('live');
  const format = useFormat();
  const stats = useLiveSnapshot((snapshot) => snapshot.stats);
  if (stats === null || stats.counts.shown === 0) return null;
  const { backend, latencyMs } = stats;
  return (
    <dl
      className="live-hud num"
      data-testid="live-hud"
      data-fps={stats.fpsShown.toFixed(1)}
      data-latency-ms={latencyMs === null ? '' : latencyMs.toFixed(0)}
      data-backend={backend?.executionProvider ?? ''}
    >
      <div>
        <dt>{t('hud.fps')}</dt>
        <dd>{format.number(stats.fpsShown, 1)}</dd>
      </div>
      <div>
        <dt>{t('hud.latency')}</dt>
        <dd>{latencyMs === null ? '–' : format.duration(Math.round(latencyMs))}</dd>
      </div>
      <div>
        <dt>{t('hud.size')}</dt>
        <dd>{format.size(stats.mapWidthPx, stats.mapHeightPx)}</dd>
      </div>
      <div>
        <dt>{t('hud.backend')}</dt>
        <dd>
          {backend === null
            ? '–'
            : `${PROVIDER_NAMES[backend.executionProvider]}${backend.lanes > 1 ? ` × ${backend.lanes}` : ''}`}
        </dd>
      </div>
    </dl>
  );
}
