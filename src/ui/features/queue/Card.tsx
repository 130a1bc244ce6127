import {
  AppWindow,
  Ban,
  CircleAlert,
  CircleCheck,
  Clock,
  ImageIcon,
  RotateCw,
  ScanSearch,
  Sparkles,
  X,
  Zap,
} from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Progress } from '../../components/Progress.tsx';
import { useCardState } from '../../hooks/useCardState.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useObjectUrl } from '../../hooks/useObjectUrl.ts';
import { useRemovePicture } from '../../hooks/useRemovePicture.ts';
import { isActive, toTaskState, type CardState } from '../../library/card-state.ts';
import { useServices } from '../../services.tsx';
import type { LibraryImage } from '../../stores/library-store.ts';
import { toShortText, toSpokenText } from './card-text.ts';

interface CardProps {
  readonly image: LibraryImage;
  /** 0-based place in the library. */
  readonly index: number;
  readonly total: number;
  readonly isSelected: boolean;
  /** Distance from the start of the list. */
  readonly startPx: number;
}

function StateIcon({ card }: { readonly card: CardState }) {
  switch (card.state) {
    case 'reading':
      return <ScanSearch aria-hidden />;
    case 'elsewhere':
      return <AppWindow aria-hidden />;
    case 'queued':
      return <Clock aria-hidden />;
    case 'processing':
      return <Sparkles aria-hidden />;
    case 'done':
      return card.summary.cache === 'hit' ? <Zap aria-hidden /> : <CircleCheck aria-hidden />;
    case 'failed':
      return <CircleAlert aria-hidden />;
    case 'cancelled':
      return <Ban aria-hidden />;
  }
}

/** One picture of the library: thumbnail, name, state, and what can be done with it. */
export const Card = memo(function Card({ image, index, total, isSelected, startPx }: CardProps) {
  const { library } = useServices();
  const { remove } = useRemovePicture();
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const card = useCardState(image);
  const thumbnailUrl = useObjectUrl(image.thumbnail);
  const words = { t, i18n, format };
  const task = card.state === 'elsewhere' ? card.task : card;
  const canRetry = card.state === 'failed' || card.state === 'cancelled';
  // Only the chosen card's buttons are in the tab order: a hundred cards are one stop.
  const tabIndex = isSelected ? 0 : -1;
  return (
    <li
      className="card"
      style={{ transform: `translateX(${startPx}px)` }}
      data-testid="card"
      data-name={image.name}
      data-state={toTaskState(card)}
      data-cache={card.state === 'done' ? card.summary.cache : undefined}
      data-selected={isSelected ? '' : undefined}
      aria-setsize={total}
      aria-posinset={index + 1}
    >
      <button
        type="button"
        className="card-main"
        tabIndex={tabIndex}
        aria-current={isSelected ? 'true' : undefined}
        // What is written is the name (WCAG 2.5.3); this says it in full.
        aria-description={toSpokenText(card, words)}
        title={image.name}
        onClick={() => library.select(image.id)}
      >
        <span className="card-thumb">
          {thumbnailUrl ? (
            <img src={thumbnailUrl} alt="" draggable={false} decoding="async" />
          ) : (
            <ImageIcon aria-hidden />
          )}
          {task?.state === 'processing' && (
            <Progress label={t(`stage.${task.stage}`)} fraction={task.fraction} />
          )}
        </span>
        <span className="card-name truncate">{image.name}</span>
        <span className="card-state num" data-state={card.state}>
          <StateIcon card={card} />
          <span className="truncate">{toShortText(card, words)}</span>
        </span>
      </button>
      <span className="card-actions">
        {canRetry && (
          <button
            type="button"
            tabIndex={tabIndex}
            aria-label={t('card.retryNamed', { name: image.name })}
            title={t('retry')}
            onClick={() => library.retry(image.id)}
          >
            <RotateCw aria-hidden />
          </button>
        )}
        {isActive(card) ? (
          <button
            type="button"
            tabIndex={tabIndex}
            aria-label={t('card.cancelNamed', { name: image.name })}
            title={t('cancel')}
            onClick={() => library.cancel(image.id)}
          >
            <Ban aria-hidden />
          </button>
        ) : (
          <button
            type="button"
            tabIndex={tabIndex}
            aria-label={t('card.removeNamed', { name: image.name })}
            title={t('remove')}
            onClick={() => remove(image.id)}
          >
            <X aria-hidden />
          </button>
        )}
      </span>
    </li>
  );
});
