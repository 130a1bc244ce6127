import { useTranslation } from 'react-i18next';
import type { ModelManifest } from '../../../engine/models/manifest.ts';

/** The sentence about a model, translated where there is a translation, else as its manifest says. */
export function useModelSummary(manifest: ModelManifest): string {
  const { t, i18n } = useTranslation('models');
  const key = `summary.${manifest.id}`;
  if (i18n.exists(key, { ns: 'models' })) return String(i18n.t(key as never, { ns: 'models' }));
  return manifest.summary || t('summary.user');
}
