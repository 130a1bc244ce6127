/** Languages: one lazily loaded chunk each; only the active one is fetched before the first paint. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../stores/settings-store.ts';
import type { LateTexts, Resources } from './resources.types.ts';

export const LANGUAGES: readonly { readonly id: Language; readonly name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'zh-CN', name: '简体中文' },
];

const LOADERS: Readonly<Record<Language, () => Promise<Resources>>> = {
  en: async () => (await import('./en/resources.ts')).resources,
  'zh-CN': async () => (await import('./zh-CN/resources.ts')).resources,
};

const LATE_TEXTS: Readonly<Record<Language, () => Promise<LateTexts>>> = {
  en: async () => (await import('./en/late.ts')).late,
  'zh-CN': async () => (await import('./zh-CN/late.ts')).late,
};

/** The language to show: the setting, or for `system` the first preferred language that exists, else English. */
export function resolveLanguage(
  setting: Language | 'system',
  preferred: readonly string[] = typeof navigator === 'undefined' ? [] : navigator.languages,
): Language {
  if (setting !== 'system') return setting;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'en') return 'en';
    if (primary === 'zh') return 'zh-CN';
  }
  return 'en';
}

/** Adds the texts of pages that are opened later, in the active language, once. Whoever shows them is drawn again. */
export async function addLateTexts(instance: i18n): Promise<void> {
  const { language } = instance;
  if ((language !== 'en' && language !== 'zh-CN') || instance.hasResourceBundle(language, 'models')) return;
  addAll(instance, language, await LATE_TEXTS[language]());
}

function addAll(instance: i18n, language: Language, resources: Partial<Resources & LateTexts>): void {
  for (const [namespace, texts] of Object.entries(resources)) {
    instance.addResourceBundle(language, namespace, texts);
  }
}

/** Loads the language's texts once and makes it the active one. */
export async function activateLanguage(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, 'app')) {
    addAll(instance, language, { ...(await LOADERS[language]()), ...(await LATE_TEXTS[language]()) });
  }
  await instance.changeLanguage(language);
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}

/** An i18next instance with the one language loaded, but for {@link addLateTexts}; others follow through {@link activateLanguage}. */
export async function createI18n(language: Language): Promise<i18n> {
  const instance = i18next.createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: ['app', 'viewer', 'live', 'models', 'parsing', 'errors'],
    defaultNS: 'app',
    partialBundledLanguages: true,
    resources: { [language]: { ...(await LOADERS[language]()) } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
    returnNull: false,
  });
  if (typeof document !== 'undefined') document.documentElement.lang = language;
  return instance;
}
