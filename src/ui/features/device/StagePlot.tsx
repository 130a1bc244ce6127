import { useTranslation } from 'react-i18next';
import { STAGES } from '../../../engine/api.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import type { DeviceRow } from '../../stores/device-report-store.ts';
import { sumPhotoMs } from './device-report.ts';

/** Loading happens once: it would dwarf the rest. */
const PLOTTED = STAGES.filter((stage) => stage !== 'load');

/** Stacked bars of a photo's stages, one per model. */
export function StagePlot({ rows }: { readonly rows: readonly DeviceRow[] }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const longestMs = Math.max(1, ...rows.map(sumPhotoMs));
  return (
    <figure className="device-plot" data-testid="device-plot" aria-label={t('device.plot')}>
      <figcaption>
        <span>{t('device.plot')}</span>
        <ul className="plot-legend">
          {PLOTTED.map((stage) => (
            <li key={stage}>
              <i data-stage={stage} aria-hidden />
              {t(`device.${stage}`)}
            </li>
          ))}
        </ul>
      </figcaption>
      {rows.map((row) => (
        <div key={row.modelId} className="plot-row">
          <span className="truncate">{row.name}</span>
          <span className="plot-bar" aria-hidden>
            {PLOTTED.map((stage) => (
              <i
                key={stage}
                data-stage={stage}
                style={{ width: `${(100 * row.stages[stage]) / longestMs}%` }}
              />
            ))}
          </span>
          <span className="num">{format.duration(sumPhotoMs(row))}</span>
        </div>
      ))}
    </figure>
  );
}
