import { useEffect } from 'react';
import { isTyping } from '../../hooks/shortcuts.ts';
import { useViewStore } from '../../stores/view-store.ts';

/** A control that the keyboard reached keeps its space bar; one that was only clicked gives it to the picture. */
function needsSpace(target: EventTarget | null): boolean {
  if (isTyping(target)) return true;
  if (!(target instanceof Element) || !target.matches(':focus-visible')) return false;
  const control = target.closest(
    'button, a, input, summary, [role=slider], [role=radio], [role=option], [role=tab]',
  );
  // A choice that is made already has nothing to do with the key, and a click may leave the focus there.
  return control !== null && control.getAttribute('aria-checked') !== 'true';
}

/** Hold the space bar: the photo alone. */
export function usePhotoOnly(): void {
  useEffect(() => {
    const { setPhotoOnly } = useViewStore.getState();
    const release = () => setPhotoOnly(false);
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.defaultPrevented || needsSpace(event.target)) return;
      event.preventDefault();
      setPhotoOnly(true);
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !useViewStore.getState().isPhotoOnly) return;
      event.preventDefault();
      release();
    };
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('keyup', onKeyUp, true);
    // The key may be released in another window.
    window.addEventListener('blur', release);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('keyup', onKeyUp, true);
      window.removeEventListener('blur', release);
      release();
    };
  }, []);
}
