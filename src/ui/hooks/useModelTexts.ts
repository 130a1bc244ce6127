import { useTranslation } from 'react-i18next';
import type { ModelManifest } from '../../engine/models/manifest.ts';

interface ModelTexts {
  /** What it is good for; empty until the texts are there, which come after the first paint. */
  readonly summary: string;
  /** What to know of its licence beyond the name. */
  readonly licenceNote: string | null;
}

/** The sentences about a model, translated where there is a translation, else as its manifest says. */
export function useModelTexts({ id, summary, licence }: ModelManifest): ModelTexts {
  const { t, i18n } = useTranslation('models');
  const find = (key: string): string | null =>
    i18n.exists(key, { ns: 'models' }) ? String(i18n.t(key as never, { ns: 'models' })) : null;
  if (!i18n.hasResourceBundle(i18n.language, 'models')) return { summary: '', licenceNote: null };
  return {
    summary: find(`summary.${id}`) ?? (summary || t('summary.user')),
    licenceNote: licence.note === null ? null : (find(`note.${id}`) ?? licence.note),
  };
}
