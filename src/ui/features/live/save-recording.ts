import type { TFunction } from 'i18next';
import type { RecordedFile } from '../../../client/live-client.types.ts';
import { downloadFile } from '../../download-file.ts';
import { nameByTime } from './clock-text.ts';

/** Hands a recording to the browser's downloads, named by its time. */
export function saveRecording({ blob, extension }: RecordedFile, t: TFunction<'live'>): void {
  const name = `${nameByTime(t('files.recording'), new Date())}${extension}`;
  downloadFile(new File([blob], name, { type: blob.type }));
}
