import { Circle, Snowflake, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordingKind } from '../../../client/live-client.types.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Select } from '../../components/Select.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useImportFiles } from '../../hooks/useImportFiles.ts';
import { useIsPhone } from '../../hooks/useMediaQuery.ts';
import { useHoldWork } from '../../hooks/useHoldWork.ts';
import { useLiveStore } from '../../stores/live-store.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { formatClock, nameByTime } from './clock-text.ts';
import { useLive, useLiveSnapshot } from './live-context.ts';
import { saveRecording } from './save-recording.ts';

const KINDS: readonly RecordingKind[] = ['colour', 'grey', 'side-by-side'];

/** Stop, keep a frame, record. What starts it is where the picture will be. */
export function LiveControls() {
  const { t } = useTranslation('live');
  const live = useLive();
  const state = useLiveSnapshot((snapshot) => snapshot.state);
  const hasFrame = useLiveSnapshot(({ stats }) => (stats?.counts.shown ?? 0) > 0);
  const isOn = state !== 'idle' && state !== 'problem';
  return (
    <div className="live-controls" role="group" aria-label={t('controls.label')}>
      {isOn && (
        <Button icon={<Square aria-hidden />} onClick={() => live.stop()}>
          {t('controls.stop')}
        </Button>
      )}
      <FreezeButton isDisabled={!isOn || !hasFrame} />
      <RecordButton isDisabled={!isOn || !hasFrame} />
    </div>
  );
}

function FreezeButton({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation('live');
  const live = useLive();
  const importFiles = useImportFiles();
  const isPhone = useIsPhone();
  const freeze = async () => {
    const { notify } = useNoticeStore.getState();
    try {
      const blob = await live.freeze();
      const name = `${nameByTime(t('files.frame'), new Date())}.jpg`;
      importFiles([{ name, blob }], { staysOnPage: true });
      notify({
        id: 'live-frozen',
        tone: 'info',
        text: t('controls.frozen'),
        action: { label: t('controls.showFrozen'), run: () => useViewStore.getState().setPage('photos') },
      });
    } catch {
      notify({ id: 'live-frozen', tone: 'error', text: t('controls.freezeFailed') });
    }
  };
  if (isPhone) {
    return (
      <IconButton
        label={t('controls.freeze')}
        icon={<Snowflake aria-hidden />}
        disabled={isDisabled}
        onClick={() => void freeze()}
      />
    );
  }
  return (
    <Button icon={<Snowflake aria-hidden />} disabled={isDisabled} onClick={() => void freeze()}>
      {t('controls.freeze')}
    </Button>
  );
}

function RecordButton({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation('live');
  const live = useLive();
  const format = useFormat();
  const kind = useLiveStore((state) => state.recordingKind);
  const update = useLiveStore((state) => state.update);
  const recording = useLiveSnapshot(({ stats }) => stats?.recording ?? null);
  const [isBusy, setBusy] = useState(false);

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch {
      useNoticeStore
        .getState()
        .notify({ id: 'live-recording', tone: 'error', text: t('controls.recordFailed') });
    }
    setBusy(false);
  };
  const stop = () =>
    run(async () => {
      saveRecording(await live.stopRecording(), t);
    });
  const isRecording = recording !== null;
  useHoldWork(isRecording);
  useEffect(() => {
    if (!isRecording) return;
    // A closed tab takes an unfinished video along: the browser asks first.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isRecording]);

  if (!live.canRecord) return null;
  if (recording !== null) {
    return (
      <div className="live-recording">
        <Button variant="danger" icon={<Square aria-hidden />} disabled={isBusy} onClick={() => void stop()}>
          {t('controls.stopRecording')}
        </Button>
        <span
          className="num"
          data-testid="live-recording"
          data-frames={recording.frames}
          data-length-ms={Math.round(recording.lengthMs)}
          data-size-bytes={recording.sizeBytes}
          data-codec={recording.codec}
        >
          {formatClock(recording.lengthMs)} · {format.bytes(recording.sizeBytes)}
        </span>
      </div>
    );
  }
  return (
    <div className="live-recording">
      <Button
        icon={<Circle aria-hidden className="live-record-dot" />}
        disabled={isDisabled || isBusy}
        onClick={() => void run(() => live.startRecording(kind))}
      >
        {t('controls.record')}
      </Button>
      <Select
        label={t('controls.recordKind')}
        isLabelHidden
        value={kind}
        options={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        onChange={(recordingKind) => update({ recordingKind })}
      />
    </div>
  );
}
