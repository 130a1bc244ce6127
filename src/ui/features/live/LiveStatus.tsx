import {
  Camera,
  CameraOff,
  CircleAlert,
  Film,
  LoaderCircle,
  MonitorUp,
  Pause,
  ShieldCheck,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LiveProblem, LiveSourceKind } from '../../../client/live-client.types.ts';
import type { WireError } from '../../../engine/errors.ts';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../../../engine/models/isobath-parsing-tiny.ts';
import { Button } from '../../components/Button.tsx';
import { Progress } from '../../components/Progress.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { describeError } from '../../error-messages.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';
import { useLiveModel } from './useLiveModel.ts';
import { openFilmPicker, useStart } from './useLiveSource.ts';

const SOURCE_ICONS: Readonly<Record<LiveSourceKind, typeof Camera>> = {
  camera: Camera,
  screen: MonitorUp,
  file: Film,
};
const SOURCES: readonly LiveSourceKind[] = ['camera', 'file', 'screen'];

/** What stands where the picture is not, or is not whole: start, problems with a way out, loading, paused. */
export function LiveStatus() {
  const state = useLiveSnapshot((snapshot) => snapshot.state);
  const problem = useLiveSnapshot((snapshot) => snapshot.problem);
  const model = useLiveSnapshot((snapshot) => snapshot.model);
  return (
    <div
      className="stage-status"
      data-testid="live-status"
      data-state={state}
      data-problem={problem ?? ''}
      data-model={model.state}
    >
      {state === 'idle' && <StartCard />}
      {problem !== null && <ProblemCard problem={problem} />}
      {state === 'opening' && <Chip name="opening" />}
      {state === 'paused' && <Chip name="paused" />}
      {state === 'running' && model.state === 'loading' && <Chip name="loading" fraction={model.fraction} />}
      {state === 'running' && model.state === 'failed' && <ModelFailure error={model.error} />}
    </div>
  );
}

function StartCard() {
  const { t } = useTranslation('live');
  const start = useStart();
  const sourceKind = useLiveStore((preferences) => preferences.sourceKind);
  const update = useLiveStore((preferences) => preferences.update);
  const Icon = SOURCE_ICONS[sourceKind];
  return (
    <div className="status-notice live-start" data-tone="plain">
      <h2>{t('start.title')}</h2>
      <SegmentedControl
        label={t('source.label')}
        value={sourceKind}
        options={SOURCES.map((kind) => ({ value: kind, label: t(`source.kinds.${kind}`) }))}
        onChange={(kind) => update({ sourceKind: kind })}
      />
      <p>{t(`start.hints.${sourceKind}`)}</p>
      <Button variant="primary" icon={<Icon aria-hidden />} onClick={start}>
        {sourceKind === 'file' ? t('controls.startFilm') : t('controls.start')}
      </Button>
      <p className="live-privacy">
        <ShieldCheck aria-hidden />
        {t('privacy')}
      </p>
    </div>
  );
}

/** Where a film is as good a source as any; of the rest, a film is what has failed, or what is shared. */
const FILM_HELPS: readonly LiveProblem[] = [
  'refused',
  'no-camera',
  'in-use',
  'unplugged',
  'insecure',
  'unsupported',
];

/** Problems that end by themselves when a device comes back. */
const WAITING: readonly LiveProblem[] = ['no-camera', 'in-use', 'unplugged'];

function ProblemCard({ problem }: { readonly problem: LiveProblem }) {
  const { t } = useTranslation('live');
  const start = useStart();
  return (
    <div className="status-notice" data-tone="error" role="alert">
      {problem === 'worker-failed' || problem === 'file-unreadable' ? (
        <CircleAlert aria-hidden />
      ) : (
        <CameraOff aria-hidden />
      )}
      <h2>{t(`problems.${problem}.title`)}</h2>
      <p>{t(`problems.${problem}.text`)}</p>
      <div className="status-actions">
        {problem !== 'insecure' && problem !== 'unsupported' && (
          <Button variant="primary" onClick={start}>
            {t(problem === 'file-unreadable' ? 'controls.startFilm' : 'problems.again')}
          </Button>
        )}
        {FILM_HELPS.includes(problem) && <Button onClick={openFilmPicker}>{t('controls.startFilm')}</Button>}
      </div>
      {WAITING.includes(problem) && <p className="field-hint">{t('problems.waiting')}</p>}
    </div>
  );
}

function ModelFailure({ error }: { readonly error: WireError }) {
  const { t, i18n } = useTranslation('live');
  const live = useLive();
  const model = useLiveModel();
  const update = useSettingsStore((state) => state.update);
  const takeBuiltIn = () =>
    update(
      model.task === 'parsing'
        ? { parsingModelId: ISOBATH_PARSING_TINY.id }
        : { modelId: ISOBATH_DEPTH_TINY.id },
    );
  return (
    <div className="status-notice" data-tone="error" role="alert">
      <CircleAlert aria-hidden />
      <h2>{t('model.failed')}</h2>
      <p>{describeError(error, i18n)}</p>
      <div className="status-actions">
        {!model.isEmbedded && (
          <Button variant="primary" onClick={takeBuiltIn}>
            {t('model.builtIn')}
          </Button>
        )}
        <Button variant={model.isEmbedded ? 'primary' : undefined} onClick={() => live.retryModel()}>
          {t('problems.again')}
        </Button>
      </div>
      <details className="status-details">
        <summary>{t('model.details')}</summary>
        <pre>{[`${error.code}: ${error.message}`, ...error.causes].join('\n')}</pre>
      </details>
    </div>
  );
}

function Chip(props: { readonly name: 'opening' | 'paused' | 'loading'; readonly fraction?: number | null }) {
  const { t } = useTranslation('live');
  const text = t(`state.${props.name}`);
  return (
    <div className="status-chip">
      <div className="status-chip-row">
        {props.name === 'paused' ? <Pause aria-hidden /> : <LoaderCircle aria-hidden />}
        <span>{text}</span>
      </div>
      {props.fraction !== undefined && <Progress label={text} fraction={props.fraction} />}
    </div>
  );
}
