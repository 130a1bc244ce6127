import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { activateLanguage, resolveLanguage } from '../locales/i18n.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { useResolvedTheme } from './useResolvedTheme.ts';

/** Brings theme and language to the page. */
export function useAppliedSettings(): void {
  const { i18n } = useTranslation();
  const theme = useSettingsStore((state) => state.theme);
  const language = useSettingsStore((state) => state.language);
  const resolvedTheme = useResolvedTheme();

  useEffect(() => {
    const { dataset } = document.documentElement;
    // Without the attribute the style sheet follows the system by itself.
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);

  useEffect(() => {
    const color = getComputedStyle(document.documentElement).getPropertyValue('--bar-color');
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', color.trim());
  }, [resolvedTheme]);

  useEffect(() => {
    const next = resolveLanguage(language);
    if (next !== i18n.language) void activateLanguage(i18n, next);
  }, [i18n, language]);
}
