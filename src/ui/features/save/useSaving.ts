import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAbortError, toWireError } from '../../../engine/errors.ts';
import { describeError } from '../../error-messages.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';

export interface SavingState {
  /** What is being made, in words; null: nothing. */
  readonly text: string | null;
  /** 0..1; null: not known. */
  readonly fraction: number | null;
}

/** Nothing is being made. */
export const IDLE: SavingState = { text: null, fraction: null };

interface SaveTask {
  /** Shown while it runs. */
  readonly text: string;
  /** The sentence when it failed; `reason` is the cause in words. */
  describeFailure(reason: string): string;
  /** Returns the sentence when it is done. */
  run(options: {
    readonly signal: AbortSignal;
    onProgress(fraction: number | null, text?: string): void;
  }): Promise<string>;
}

/** One save at a time: progress, cancel, and a sentence at the end. */
export function useSaving() {
  const { i18n } = useTranslation();
  const [state, setState] = useState(IDLE);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const cancel = useCallback(() => running.current?.abort(), []);

  const start = useCallback(
    async (task: SaveTask) => {
      if (running.current !== null) return;
      const controller = new AbortController();
      running.current = controller;
      setState({ text: task.text, fraction: null });
      const { notify, announce } = useNoticeStore.getState();
      try {
        const sentence = await task.run({
          signal: controller.signal,
          onProgress: (fraction, text = task.text) => setState({ text, fraction }),
        });
        announce(sentence);
      } catch (error) {
        if (!isAbortError(error)) {
          console.error('Saving failed', error);
          notify({
            id: 'save',
            tone: 'error',
            text: task.describeFailure(describeError(toWireError(error), i18n)),
          });
        }
      } finally {
        running.current = null;
        setState(IDLE);
      }
    },
    [i18n],
  );

  return { state, start, cancel };
}
