import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveClient, LiveSnapshot } from '../../../client/live-client.types.ts';

export const LiveContext = createContext<LiveClient | null>(null);

/** Throws outside of the live page. */
export function useLive(): LiveClient {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive needs a <LivePage>');
  return live;
}

/** A part of the live snapshot; re-renders only when the selected value changes identity. */
export function useLiveSnapshot<T>(select: (snapshot: LiveSnapshot) => T): T {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, () => select(live.getSnapshot()));
}
