import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAbortError, toWireError } from '../../../engine/errors.ts';
import { describeError } from '../../error-messages.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { copyPicture, type CopyEnd, type MakeOptions } from './copy-picture.ts';
import { IDLE, type SavingState } from '../../save-line.ts';

const END_TEXTS = {
  copied: 'save.copied',
  denied: 'save.copyFailed',
  unanswered: 'save.copyUnanswered',
} as const satisfies Record<CopyEnd, string>;

/**
 * Copies a PNG, made when asked, to the clipboard. Apart from saving, as the browser may first ask the user: nothing
 * else waits for that. Where it cannot be copied, `saveInstead` is offered.
 */
export function useCopy() {
  const { t, i18n } = useTranslation('viewer');
  const [state, setState] = useState<SavingState>(IDLE);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const cancel = useCallback(() => running.current?.abort(), []);

  const copy = async (makePng: (options: MakeOptions) => Promise<Blob>, saveInstead: () => void) => {
    if (running.current !== null) return;
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
    const controller = new AbortController();
    running.current = controller;
    try {
      const end = await copyPicture({
        signal: controller.signal,
        makePng,
        write: (png) => navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]),
        onChange: (phase, fraction) =>
          setState({ ...IDLE, text: t(phase === 'making' ? 'save.copying' : 'save.copyAsking'), fraction }),
      });
      if (end === 'copied') notify({ id: 'copy', tone: 'info', text: t(END_TEXTS[end]) });
      else fail(t(END_TEXTS[end]));
    } catch (error) {
      if (isAbortError(error)) return;
      console.error('Copying failed', error);
      fail(t('save.copyImpossible', { reason: describeError(toWireError(error), i18n) }));
    } finally {
      running.current = null;
      setState(IDLE);
    }
  };

  return { state, copy, cancel };
}
