import { useTranslation } from 'react-i18next';
import { isAbortError, toWireError } from '../../../engine/errors.ts';
import { describeError } from '../../error-messages.ts';
import type { SavingState } from '../../save-line.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useSavingStore } from '../../stores/saving-store.ts';
import { copyPicture, type CopyEnd, type MakeOptions } from './copy-picture.ts';
import { useSaving } from './useSaving.ts';

const END_TEXTS = {
  copied: 'save.copied',
  denied: 'save.copyFailed',
  unanswered: 'save.copyUnanswered',
} as const satisfies Record<CopyEnd, string>;

/**
 * Copies a PNG, made when asked, to the clipboard. Apart from saving, as the browser may first ask the user: nothing
 * else waits for that, nor does a second copy. Where it cannot be copied, `saveInstead` is offered.
 */
export function useCopy(): {
  readonly state: SavingState;
  copy(makePng: (options: MakeOptions) => Promise<Blob>, saveInstead: () => void): void;
  cancel(): void;
} {
  const { t, i18n } = useTranslation('viewer');
  const { state, start, cancel } = useSaving('copy');

  const copy = (makePng: (options: MakeOptions) => Promise<Blob>, saveInstead: () => void) => {
    if (useSavingStore.getState().copy.text !== null) return;
    const { notify } = useNoticeStore.getState();
    const fail = (text: string) =>
      notify({
        id: 'copy',
        tone: 'error',
        text,
        action: { label: t('save.copySave'), run: saveInstead },
      });
    // `ClipboardItem` is missing in older Firefox and in pages without a secure context.
    if (typeof ClipboardItem === 'undefined' || !navigator.clipboard) {
      fail(t('save.copyUnsupported'));
      return;
    }
    const describeFailure = (error: unknown) =>
      t('save.copyImpossible', { reason: describeError(toWireError(error), i18n) });
    start({
      text: t('save.copying'),
      describeFailure,
      async run({ signal, onProgress }) {
        try {
          const end = await copyPicture({
            signal,
            makePng,
            write: (png) => navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]),
            onChange: (phase, fraction) =>
              onProgress(fraction, t(phase === 'making' ? 'save.copying' : 'save.copyAsking')),
          });
          if (end === 'copied') notify({ id: 'copy', tone: 'info', text: t(END_TEXTS[end]) });
          else fail(t(END_TEXTS[end]));
        } catch (error) {
          if (isAbortError(error)) throw error;
          console.error('Copying failed', error);
          fail(describeFailure(error));
        }
        return null;
      },
    });
  };

  return { state, copy, cancel };
}
