import { Gauge, Square } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  BackendMeasuring,
  MeasureTarget,
  MeasuringSnapshot,
} from '../../../client/backend-measuring.ts';
import {
  chooseMeasured,
  type Candidate,
  type CandidateProblem,
  type MeasuredCandidate,
} from '../../../client/measured-choice.ts';
import type { SelfTestSubject } from '../../../client/self-test.ts';
import { findWasmRefusal, selfTestKey } from '../../../client/self-test-key.ts';
import type { ErrorDetails } from '../../../engine/errors.ts';
import { Button } from '../../components/Button.tsx';
import { TestAgain } from '../../components/TestAgain.tsx';
import { findMeasureTarget } from '../../connect-measuring.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useMeasuringDoor, useSelfTestsSnapshot } from '../../hooks/useMeasuringDoor.ts';
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
  const measuring = useMeasuringDoor();
  const state = useSyncExternalStore(
    (listener) => measuring?.subscribe(listener) ?? (() => undefined),
    () => measuring?.getSnapshot() ?? IDLE,
  );
  return { measuring, state };
}

/** The verdict of a self-test holds for any number of workers. */
function useCandidateText(): (candidate: Candidate & Partial<MeasuredCandidate>) => string {
  const { t } = useTranslation();
  return ({ executionProvider, variant, workers, threads, problem }) =>
    executionProvider === 'webgpu' || problem?.details.selfTest === true
      ? `${executionProvider === 'webgpu' ? 'WebGPU' : 'WASM'} · ${variant}`
      : ['WASM', t('status.workers', { count: workers }), t('status.threadsEach', { count: threads })].join(
          ' · ',
        );
}

/** Text of codes and numbers for a way that the self-test keeps out of the race. */
function explainRefusal(details: ErrorDetails): CandidateProblem {
  return { code: 'EXECUTION_PROVIDER_FAILED', details: { ...details, selfTest: true } };
}

/** What was measured, and below it what the self-test has kept out of the race since. */
function listShown(
  candidates: readonly MeasuredCandidate[],
  { model, variant, refused }: MeasureTarget,
  profile: Services['profile'],
): readonly MeasuredCandidate[] {
  const wasm = findWasmRefusal(profile, { model, variant });
  const unmeasured = { workers: 1, threads: 1, perSecond: null, latencyMs: null };
  const isRefused = (one: MeasuredCandidate): boolean =>
    wasm !== null && one.executionProvider === 'wasm' && one.variant === variant;
  const isShown = (id: string) =>
    candidates.some((one) => one.executionProvider === 'webgpu' && one.variant === id);
  const kept = refused
    .filter((id) => !isShown(id))
    .map((id): MeasuredCandidate => {
      const numbers = profile.getNumbers(selfTestKey(model, id)) ?? {};
      const problem = explainRefusal({ ...numbers, reason: 'known-wrong' });
      return { ...unmeasured, executionProvider: 'webgpu', variant: id, problem };
    });
  const shown = [...candidates.filter((one) => !isRefused(one)), ...kept];
  if (wasm === null) return shown;
  // However many layouts of workers the verdict rules out.
  const problem = explainRefusal(wasm.details);
  return [...shown, { ...unmeasured, executionProvider: 'wasm', variant, problem }];
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

  const shown = listShown(measurement?.candidates ?? [], target, profile);
  const best = chooseMeasured(shown);
  const { running } = state;
  return (
    <div className="auto-choice" data-testid="auto-choice" data-state={running ? 'measuring' : 'idle'}>
      <span className="field-label">{t('auto.title', { model: target.model.name })}</span>
      {measurement === null && <p className="field-hint">{t('auto.unknown')}</p>}
      {shown.length > 0 && (
        <ul className="auto-candidates">
          {shown.map((candidate) => (
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
      )}
      <AskAgain target={target} shown={shown} measuring={measuring} />
      {measurement !== null && (
        <p className="field-hint">
          {t('auto.why', { date: new Date(measurement.measuredAtMs).toLocaleDateString(i18n.language) })}
        </p>
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

/** For each verdict that rules a way out; it stays once it was asked again, for the answer and the keyboard. */
function AskAgain({
  target: { model, variant },
  shown,
  measuring,
}: {
  readonly target: MeasureTarget;
  readonly shown: readonly MeasuredCandidate[];
  readonly measuring: BackendMeasuring | null;
}) {
  const { outcomes, askedAgain } = useSelfTestsSnapshot(measuring);
  const isWrong = (subject: SelfTestSubject) =>
    shown.some(
      (one) =>
        one.executionProvider === subject.provider &&
        one.variant === subject.variant &&
        one.problem?.details.selfTest === true,
    );
  const ways = model.variants.map(({ id }): SelfTestSubject => ({ model, variant: id, provider: 'webgpu' }));
  return [...ways, { model, variant, provider: 'wasm' as const }].map((subject) => {
    const key = selfTestKey(model, subject.variant, subject.provider);
    const isAsked = outcomes.has(key) || askedAgain === key;
    return isWrong(subject) || isAsked ? <TestAgain key={key} subject={subject} isNamed /> : null;
  });
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
