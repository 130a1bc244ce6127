import { useTranslation } from 'react-i18next';
import { toWireError } from '../../../engine/errors.ts';
import { downloadFile } from '../../download-file.ts';
import { describeError } from '../../error-messages.ts';
import type { useSaving } from './useSaving.ts';

interface MakeOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/** Makes one file of a picture and hands it to the browser, with progress and a sentence at the end. */
export function useSaveFile(
  start: ReturnType<typeof useSaving>['start'],
): (pictureName: string, make: (options: MakeOptions) => Promise<File>) => void {
  const { t, i18n } = useTranslation('viewer');
  return (name, make) => {
    start({
      text: t('save.writing', { name }),
      describeFailure: (error) => t('save.failed', { name, reason: describeError(toWireError(error), i18n) }),
      async run(options) {
        const file = await make(options);
        downloadFile(file);
        return t('save.saved', { name: file.name });
      },
    });
  };
}
