import { useTranslation } from 'react-i18next';
import type { StageTimings } from '../../../engine/api.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { listStages } from './list-stages.ts';

interface StageTimesProps {
  readonly title: string;
  readonly timings: StageTimings;
  /** null: not drawn yet. */
  readonly renderMs: number | null;
}

/** One bar cut into stages, and its figures. */
export function StageTimes({ title, timings, renderMs }: StageTimesProps) {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const stages = listStages(timings, renderMs);
  return (
    <div className="stage-times" data-testid="stage-times">
      <h3>{title}</h3>
      <div className="stage-bar" aria-hidden="true">
        {stages.map(({ stage, share }) => (
          <span key={stage} data-stage={stage} style={{ flexGrow: share }} />
        ))}
      </div>
      <dl className="facts">
        {stages.map(({ stage, durationMs }) => (
          <div key={stage} className="stage-row" data-stage={stage}>
            <dt>{t(`numbers.stage.${stage}`)}</dt>
            <dd>{format.duration(durationMs)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
