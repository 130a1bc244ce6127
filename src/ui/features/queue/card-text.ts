/** A card's state as words: short beneath the picture, a sentence for screen readers. */
import type { i18n, TFunction } from 'i18next';
import { describeError } from '../../error-messages.ts';
import type { Format } from '../../hooks/format.ts';
import type { CardState } from '../../library/card-state.ts';

interface Words {
  readonly t: TFunction;
  readonly i18n: i18n;
  readonly format: Format;
}

/** Above this the share is shown too. */
const LONG_TASK_FRACTION_STEP = 0.01;

export function toShortText(card: CardState, { t, i18n, format }: Words): string {
  switch (card.state) {
    case 'reading':
      return t('card.reading');
    case 'elsewhere':
      return card.task === null ? t('card.elsewhere') : toShortText(card.task, { t, i18n, format });
    case 'queued':
      return t('card.queued', { place: format.number(card.position) });
    case 'processing': {
      const stage = t(`stageShort.${card.stage}`);
      const hasShare =
        card.fraction !== null && card.fraction >= LONG_TASK_FRACTION_STEP && card.fraction < 1;
      return hasShare ? `${stage} ${format.percent(card.fraction ?? 0)}` : stage;
    }
    case 'done':
      return card.summary.cache === 'hit' ? t('card.cached') : format.duration(card.summary.totalMs);
    case 'failed':
      return t('card.failed');
    case 'cancelled':
      return t('card.cancelled');
  }
}

export function toSpokenText(card: CardState, { t, i18n, format }: Words): string {
  switch (card.state) {
    case 'reading':
      return t('card.spoken.reading');
    case 'elsewhere':
      return card.task === null
        ? t('card.spoken.elsewhere')
        : t('card.spoken.inOtherTab', { state: toSpokenText(card.task, { t, i18n, format }) });
    case 'queued':
      return t('card.spoken.queued', { place: format.number(card.position) });
    case 'processing':
      return t('card.spoken.processing', { stage: t(`stage.${card.stage}`) });
    case 'done':
      return card.summary.cache === 'hit'
        ? t('card.spoken.cached')
        : t('card.spoken.done', { time: format.duration(card.summary.totalMs) });
    case 'failed':
      return t('card.spoken.failed', { reason: describeError(card.error, i18n) });
    case 'cancelled':
      return t('card.spoken.cancelled');
  }
}
