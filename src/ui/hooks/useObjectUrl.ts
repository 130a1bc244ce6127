import { useEffect, useState } from 'react';

/** An object URL of the Blob while the component shows it; revoked with it. null: no Blob. */
export function useObjectUrl(blob: Blob | null): string | null {
  const [shown, setShown] = useState<{ readonly blob: Blob; readonly url: string } | null>(null);
  useEffect(() => {
    if (blob === null) return;
    const url = URL.createObjectURL(blob);
    // An object URL lives outside React: made and revoked with the effect, shown through state.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setShown({ blob, url });
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return shown !== null && shown.blob === blob ? shown.url : null;
}
