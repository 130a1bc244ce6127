import { useEffect, useLayoutEffect, useState, type Dispatch } from 'react';
import { createObjectUrls } from '../object-urls.ts';

/** A registry of the browser's own: like it, one for the page. */
const objectUrls = createObjectUrls();

interface Shown {
  readonly blob: Blob;
  readonly url: string;
}

/** An object URL lives outside React: made and revoked with an effect, shown through state. */
function hold(blob: Blob | null, show: Dispatch<Shown>): (() => void) | undefined {
  if (blob === null) return undefined;
  show({ blob, url: objectUrls.acquire(blob) });
  return () => objectUrls.release(blob);
}

/** An object URL of the Blob while components show it, the same for all of them; revoked with the last. null: no Blob. */
export function useObjectUrl(blob: Blob | null): string | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => hold(blob, setShown), [blob]);
  return shown !== null && shown.blob === blob ? shown.url : null;
}

/** {@link useObjectUrl} for what must not be painted without it; for one picture, as it holds the page up. */
export function useObjectUrlAtOnce(blob: Blob | null): string | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useLayoutEffect(() => hold(blob, setShown), [blob]);
  return shown !== null && shown.blob === blob ? shown.url : null;
}
