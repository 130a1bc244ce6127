import { useEffect, useState } from 'react';

const LONG_MS = 1000;

/** True once a run has taken longer than a second: from then on its share is worth a number. */
export function useShareAfter(startedAtMs: number): boolean {
  const [longSince, setLongSince] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setLongSince(startedAtMs), LONG_MS);
    return () => clearTimeout(timer);
  }, [startedAtMs]);
  return longSince === startedAtMs;
}
