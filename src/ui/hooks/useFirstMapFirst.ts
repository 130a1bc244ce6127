import { useEffect, useState } from 'react';
import { useLibraryStore } from '../stores/library-store.ts';
import { useViewStore } from '../stores/view-store.ts';

/** Maps that take longer come after the rest of the page. */
const PATIENCE_MS = 1000;

/** False until the first map is drawn, or there is none to come soon: what the page needs later leaves it the processor. */
export function useFirstMapFirst(): boolean {
  const isRestored = useLibraryStore((state) => state.isRestored);
  const isDrawn = useViewStore((state) => state.renderTiming !== null);
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    if (!isRestored) return;
    const timer = setTimeout(() => setIsOver(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isRestored]);
  return isDrawn || isOver;
}
