import { AppWindow, Ban, CircleAlert, Clock, ImageOff, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '../../../engine/errors.ts';
import { Button } from '../../components/Button.tsx';
import { Progress } from '../../components/Progress.tsx';
import { describeError } from '../../error-messages.ts';
import { useCardState } from '../../hooks/useCardState.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import type { ResultKind } from '../../task-id.ts';
import { useLibraryStore, type ActiveTask, type LibraryImage } from '../../stores/library-store.ts';
import { useShareAfter } from './useShareAfter.ts';
import './task-status.css';

interface TaskStatusProps {
  readonly imageId: string;
  /** The result that is looked at: another one may still be on its way. */
  readonly kind: ResultKind;
  readonly hasMap: boolean;
  /** The task is done, but its map could not be read. */
  readonly mapError: Error | null;
  onRun(): void;
  onCancel(): void;
}

/** What the picture waits for or why it has no map, over the photo. Nothing while the map is there. */
export function TaskStatus({ imageId, ...props }: TaskStatusProps) {
  const image = useLibraryStore((state) => state.images.find(({ id }) => id === imageId));
  return image === undefined ? null : <StatusOf image={image} {...props} />;
}

type StatusOfProps = Omit<TaskStatusProps, 'imageId'> & { readonly image: LibraryImage };

function StatusOf({ image, kind, hasMap, mapError, onRun, onCancel }: StatusOfProps) {
  const { t } = useTranslation('viewer');
  const { t: tParsing } = useTranslation('parsing');
  const card = useCardState(image, kind);
  const isParsing = kind === 'parsing';
  switch (card.state) {
    case 'reading':
      return <Chip icon={<LoaderCircle aria-hidden />} text={t('state.reading')} fraction={null} />;
    case 'elsewhere':
      if (card.task !== null)
        return <ActiveChip task={card.task} kind={kind} isElsewhere onCancel={onCancel} />;
      return (
        <Chip
          icon={<AppWindow aria-hidden />}
          text={t('state.elsewhere')}
          action={<Button onClick={onCancel}>{t('state.cancel')}</Button>}
        />
      );
    case 'queued':
    case 'processing':
      return <ActiveChip task={card} kind={kind} onCancel={onCancel} />;
    case 'cancelled':
      return (
        <Notice
          icon={<Ban aria-hidden />}
          title={t('state.cancelled')}
          text={isParsing ? tParsing('state.cancelledHint') : t('state.cancelledHint')}
        >
          <Button variant="primary" onClick={onRun}>
            {isParsing ? tParsing('state.run') : t('state.run')}
          </Button>
        </Notice>
      );
    case 'failed':
      return <Failure image={image} kind={kind} error={card.error} onRun={onRun} />;
    case 'done':
      if (hasMap) return null;
      if (mapError !== null) {
        return (
          <Notice
            icon={<CircleAlert aria-hidden />}
            title={
              isParsing
                ? tParsing('state.unreadable', { name: image.name })
                : t('state.mapUnreadable', { name: image.name })
            }
            isError
          >
            <Button variant="primary" onClick={onRun}>
              {t('state.retry')}
            </Button>
          </Notice>
        );
      }
      return (
        <Chip
          icon={<LoaderCircle aria-hidden />}
          text={isParsing ? tParsing('state.loading') : t('state.loadingMap')}
          fraction={null}
        />
      );
  }
}

interface ActiveChipProps {
  readonly kind: ResultKind;
  /** In another tab. */
  readonly isElsewhere?: boolean;
  onCancel(): void;
}

function ActiveChip({ task, ...props }: ActiveChipProps & { readonly task: ActiveTask }) {
  return task.state === 'queued' ? (
    <QueuedChip position={task.position} {...props} />
  ) : (
    <ProcessingChip task={task} {...props} />
  );
}

function QueuedChip(props: ActiveChipProps & { readonly position: number }) {
  const { t } = useTranslation('viewer');
  const { position, isElsewhere = false, onCancel } = props;
  const text = position <= 1 ? t('state.queuedNext') : t('state.queued', { place: position });
  return (
    <Chip
      icon={isElsewhere ? <AppWindow aria-hidden /> : <Clock aria-hidden />}
      text={isElsewhere ? t('state.inOtherTab', { state: text }) : text}
      action={<Button onClick={onCancel}>{t('state.cancel')}</Button>}
    />
  );
}

function ProcessingChip(
  props: ActiveChipProps & { readonly task: Extract<ActiveTask, { state: 'processing' }> },
) {
  const { t } = useTranslation('viewer');
  const { t: tApp } = useTranslation('app');
  const { t: tParsing } = useTranslation('parsing');
  const format = useFormat();
  const { task, kind, isElsewhere = false, onCancel } = props;
  const { stage, fraction, startedAtMs } = task;
  const isLong = useShareAfter(startedAtMs);
  const words =
    kind === 'parsing' && stage === 'inference' ? tParsing('state.computing') : tApp(`stage.${stage}`);
  const text =
    isLong && fraction !== null ? t('state.share', { stage: words, share: format.percent(fraction) }) : words;
  return (
    <Chip
      icon={isElsewhere ? <AppWindow aria-hidden /> : <LoaderCircle aria-hidden />}
      text={isElsewhere ? t('state.inOtherTab', { state: text }) : text}
      fraction={fraction}
      action={<Button onClick={onCancel}>{t('state.cancel')}</Button>}
    />
  );
}

/** A line at the bottom of the photo; appears only when the wait is noticeable. */
function Chip(props: {
  readonly icon: ReactNode;
  readonly text: string;
  readonly fraction?: number | null;
  readonly action?: ReactNode;
}) {
  const { icon, text, fraction, action } = props;
  return (
    <div className="status-chip" data-testid="viewer-status">
      <div className="status-chip-row">
        {icon}
        <span>{text}</span>
        {action}
      </div>
      {fraction !== undefined && <Progress label={text} fraction={fraction} />}
    </div>
  );
}

function Failure({
  image,
  kind,
  error,
  onRun,
}: {
  readonly image: LibraryImage;
  readonly kind: ResultKind;
  readonly error: WireError;
  onRun(): void;
}) {
  const { t, i18n } = useTranslation('viewer');
  const { t: tParsing } = useTranslation('parsing');
  const hasPhoto = image.widthPx !== null;
  return (
    <Notice
      icon={hasPhoto ? <CircleAlert aria-hidden /> : <ImageOff aria-hidden />}
      title={
        kind === 'parsing'
          ? tParsing('state.failed', { name: image.name })
          : t('state.failed', { name: image.name })
      }
      text={describeError(error, i18n)}
      isError
    >
      <Button variant="primary" onClick={onRun}>
        {t('state.retry')}
      </Button>
      <details className="status-details">
        <summary>{t('state.details')}</summary>
        <pre>{[`${error.code}: ${error.message}`, ...error.causes].join('\n')}</pre>
      </details>
    </Notice>
  );
}

function Notice(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: string;
  readonly isError?: boolean;
  readonly children: ReactNode;
}) {
  const { icon, title, text, isError, children } = props;
  return (
    <div className="status-notice" data-tone={isError ? 'error' : 'plain'} data-testid="viewer-status">
      {icon}
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}
