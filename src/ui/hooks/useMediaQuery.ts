import { useCallback, useSyncExternalStore } from 'react';

/** True while the CSS media query holds. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** The user asked the system for less motion. */
export function usePrefersReducedMotion(): boolean {
  return useMediaQuery('(prefers-reduced-motion: reduce)');
}

/** Phone layout: viewer on top, strip under it, inspector as a bottom sheet. */
export function useIsPhone(): boolean {
  return useMediaQuery('(max-width: 519px), (max-width: 640px) and (min-height: 481px)');
}
