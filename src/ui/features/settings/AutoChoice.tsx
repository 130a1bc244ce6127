import { Gauge, Square } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  BackendMeasuring,
  MeasureTarget,
  MeasuringSnapshot,
} from '../../../client/backend-measuring.ts';
import {
  chooseMeasured,
  type Candidate,
  type MeasuredCandidate,
  type Measurement,
} from '../../../client/measured-choice.ts';
import { selfTestKey } from '../../../client/self-test.ts';
import { Button } from '../../components/Button.tsx';
import { findMeasureTarget } from '../../connect-measuring.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useClientSnapshot, useModelSnapshot, useServices, type Services } from '../../services.tsx';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { pipelinesOf } from '../../task-id.ts';
import { describeProblem } from './describe-problem.ts';
import './settings.css';

const IDLE: MeasuringSnapshot = { running: null, ended: null };

function useMeasuringState(): {
  readonly measuring: BackendMeasuring | null;
  readonly state: MeasuringSnapshot;
} {
  const { openMeasuring } = useServices();
  const [measuring, setMeasuring] = useState<BackendMeasuring | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void openMeasuring().then((opened) => {
      if (isCurrent) setMeasuring(opened);
    });
    return () => {
      isCurrent = false;
    };
  }, [openMeasuring]);
  const state = useSyncExternalStore(
    (listener) => measuring?.subscribe(listener) ?? (() => undefined),
    () => measuring?.getSnapshot() ?? IDLE,
  );
  return { measuring, state };
}

function useCandidateText(): (candidate: Candidate) => string {
  const { t } = useTranslation();
  return ({ executionProvider, variant, workers, threads }) =>
    executionProvider === 'webgpu'
      ? `WebGPU · ${variant}`
      : ['WASM', t('status.workers', { count: workers }), t('status.threadsEach', { count: threads })].join(
          ' · ',
        );
}

/** What was measured, and below it what the self-test has kept out of the race since. */
function listShown(
  { candidates }: Measurement,
  { model, refused }: MeasureTarget,
  profile: Services['profile'],
): readonly MeasuredCandidate[] {
  const isShown = (variant: string) =>
    candidates.some((one) => one.executionProvider === 'webgpu' && one.variant === variant);
  const kept = refused.filter((variant) => !isShown(variant));
  return [
    ...candidates,
    ...kept.map((variant): MeasuredCandidate => {
      const numbers = profile.getNumbers(selfTestKey(model, variant)) ?? {};
      const details = { selfTest: true, reason: 'known-wrong', ...numbers };
      const problem = { code: 'EXECUTION_PROVIDER_FAILED', details } as const;
      const way = { executionProvider: 'webgpu', variant, workers: 1, threads: 1 } as const;
      return { ...way, perSecond: null, latencyMs: null, problem };
    }),
  ];
}

/** What auto chose for the model in use, the numbers that it rests on, and a way to measure again. */
export function AutoChoice() {
  const { profile, models } = useServices();
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  const { measuring, state } = useMeasuringState();
  const task = useSettingsStore((settings) => settings.task);
  const isBusy = useClientSnapshot(({ queuedCount, processingCount }) => queuedCount + processingCount > 0);
  // What is installed and chosen decides what is measured.
  useModelSnapshot((snapshot) => snapshot.models);
  useSettingsStore((settings) => settings.modelId + settings.parsingModelId);
  const describe = useCandidateText();
  const [pipeline] = pipelinesOf(task);
  const target = pipeline === undefined ? null : findMeasureTarget(models, pipeline);
  const measurement = useSyncExternalStore(profile.subscribe, () =>
    target === null ? null : profile.getMeasurement(target.model),
  );
  if (target === null) return null;

  const best = measurement === null ? null : chooseMeasured(measurement.candidates);
  const { running } = state;
  return (
    <div className="auto-choice" data-testid="auto-choice" data-state={running ? 'measuring' : 'idle'}>
      <span className="field-label">{t('auto.title', { model: target.model.name })}</span>
      {measurement === null ? (
        <p className="field-hint">{t('auto.unknown')}</p>
      ) : (
        <>
          <ul className="auto-candidates">
            {listShown(measurement, target, profile).map((candidate) => (
              <li
                key={describe(candidate)}
                data-testid="auto-candidate"
                data-provider={candidate.executionProvider}
                data-rate={candidate.perSecond ?? ''}
                data-chosen={candidate === best ? '' : undefined}
              >
                <span>{describe(candidate)}</span>
                <Numbers candidate={candidate} />
                {candidate === best && <span className="auto-chosen">{t('auto.chosen')}</span>}
              </li>
            ))}
          </ul>
          <p className="field-hint">
            {t('auto.why', { date: new Date(measurement.measuredAtMs).toLocaleDateString(i18n.language) })}
          </p>
        </>
      )}
      {state.ended !== null && state.ended !== 'done' && (
        <p className="field-hint" role="status">
          {t(`auto.ended.${state.ended}`)}
        </p>
      )}
      <div className="field-row">
        {running === null ? (
          <Button
            icon={<Gauge aria-hidden />}
            disabled={measuring === null || isBusy}
            onClick={() => void measuring?.measure(target)}
          >
            {measurement === null ? t('auto.measure') : t('auto.again')}
          </Button>
        ) : (
          <>
            <span className="field-value num" role="status">
              {running.candidate === null
                ? t('auto.starting')
                : t('auto.running', {
                    index: format.number(running.index),
                    total: format.number(running.count),
                    name: describe(running.candidate),
                  })}
            </span>
            <Button icon={<Square aria-hidden />} onClick={() => measuring?.stop()}>
              {t('auto.stop')}
            </Button>
          </>
        )}
      </div>
      {isBusy && running === null && <p className="field-hint">{t('auto.busy')}</p>}
    </div>
  );
}

function Numbers({ candidate }: { readonly candidate: MeasuredCandidate }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const { perSecond, latencyMs } = candidate;
  if (perSecond === null || latencyMs === null) {
    const { problem } = candidate;
    return (
      <span className="auto-numbers">
        {problem === null ? t('auto.refused') : describeProblem(problem, t, format)}
      </span>
    );
  }
  return (
    <span className="auto-numbers num">
      {t('auto.numbers', {
        rate: format.number(perSecond, perSecond < 10 ? 2 : 1),
        time: format.duration(latencyMs),
      })}
    </span>
  );
}
