import { useSettingsStore } from '../stores/settings-store.ts';
import { useMediaQuery } from './useMediaQuery.ts';

/** The theme on screen: the setting, or what the system prefers. */
export function useResolvedTheme(): 'light' | 'dark' {
  const theme = useSettingsStore((state) => state.theme);
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)');
  if (theme !== 'system') return theme;
  return prefersDark ? 'dark' : 'light';
}
