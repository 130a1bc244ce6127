import { useTranslation } from 'react-i18next';
import { useNoticeStore } from '../../stores/notice-store.ts';
import type { useSaving } from './useSaving.ts';

interface CopyOptions {
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
}

/** Copies a PNG, made when asked, to the clipboard. */
export function useCopy(
  start: ReturnType<typeof useSaving>['start'],
): (makePng: (options: CopyOptions) => Promise<Blob>) => void {
  const { t } = useTranslation('viewer');
  return (makePng) => {
    const { notify } = useNoticeStore.getState();
    // `ClipboardItem` is missing in older Firefox and in pages without a secure context.
    if (typeof ClipboardItem === 'undefined' || !navigator.clipboard) {
      notify({ id: 'save', tone: 'error', text: t('save.copyUnsupported') });
      return;
    }
    void start({
      text: t('save.copying'),
      describeFailure: () => t('save.copyFailed'),
      async run({ signal, onProgress }) {
        // A promise inside the item: Safari allows copying only in the same turn as the press.
        const png = makePng({ signal, onProgress });
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
        notify({ id: 'save', tone: 'info', text: t('save.copied') });
        return t('save.copied');
      },
    });
  };
}
