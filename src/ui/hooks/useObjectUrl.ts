import { useEffect, useState } from 'react';
import { createObjectUrls } from '../object-urls.ts';

/** A registry of the browser's own: like it, one for the page. */
const objectUrls = createObjectUrls();

/** An object URL of the Blob while components show it, the same for all of them; revoked with the last. null: no Blob. */
export function useObjectUrl(blob: Blob | null): string | null {
  const [shown, setShown] = useState<{ readonly blob: Blob; readonly url: string } | null>(null);
  useEffect(() => {
    if (blob === null) return;
    // An object URL lives outside React: made and revoked with the effect, shown through state.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setShown({ blob, url: objectUrls.acquire(blob) });
    return () => objectUrls.release(blob);
  }, [blob]);
  return shown !== null && shown.blob === blob ? shown.url : null;
}
