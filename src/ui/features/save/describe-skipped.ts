/** What a ZIP says of the pictures that are missing in it: in a notice, and in a text file among its files. */
import type { i18n } from 'i18next';
import type { SkippedEntry } from '../../../client/picture-client.types.ts';
import { describeError } from '../../error-messages.ts';

const NOTE_NAME = 'not-saved.txt';
/** A notice is read in passing; the text file has them all. */
const NAMES_IN_NOTICE = 3;

/** A picture whose depth and parts both fail is named once, with the reason of the first. */
function dropRepeated(skipped: readonly SkippedEntry[]): readonly SkippedEntry[] {
  const pictures = new Map<string, SkippedEntry>();
  for (const each of skipped) {
    const key = each.entry.group ?? each.entry.name;
    if (!pictures.has(key)) pictures.set(key, each);
  }
  return [...pictures.values()];
}

/** One line for each picture: its name and the reason. */
export function createSkippedNote(skipped: readonly SkippedEntry[], i18n: i18n): File {
  const t = i18n.getFixedT(i18n.language, 'viewer');
  const lines = dropRepeated(skipped).map(
    ({ entry, error }) => `${entry.name}: ${describeError(error, i18n)}`,
  );
  const text = [t('save.skippedNote'), '', ...lines, ''].join('\n');
  return new File([text], NOTE_NAME, { type: 'text/plain;charset=utf-8' });
}

/** The sentence of the notice. */
export function describeSkipped(zipName: string, skipped: readonly SkippedEntry[], i18n: i18n): string {
  const t = i18n.getFixedT(i18n.language, 'viewer');
  const pictures = dropRepeated(skipped).map(({ entry }) => entry.name);
  const shown = pictures.slice(0, NAMES_IN_NOTICE);
  const moreCount = pictures.length - shown.length;
  const names = moreCount > 0 ? [...shown, t('save.andMore', { count: moreCount })] : shown;
  return t('save.savedWithout', {
    count: pictures.length,
    name: zipName,
    names: new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(names),
    note: NOTE_NAME,
  });
}
