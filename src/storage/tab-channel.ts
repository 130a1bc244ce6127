/** What tabs tell each other about models: progress of the one that downloads, and wishes of the others. */
import type { VariantKey } from '../platform/browser/model-files.ts';
import type { StatusEvent } from '../worker/storage-api.ts';

export type TabMessage =
  | { readonly type: 'status'; readonly event: StatusEvent }
  | { readonly type: 'command'; readonly command: 'pause' | 'cancel'; readonly key: VariantKey }
  /** A tab has opened: whoever downloads says so. */
  | { readonly type: 'hello' };

export interface TabChannel {
  post(message: TabMessage): void;
  listen(onMessage: (message: TabMessage) => void): void;
}

const CHANNEL_NAME = 'isobath:models';

/** All tabs of this origin. */
export function createTabChannel(): TabChannel {
  const channel = new BroadcastChannel(CHANNEL_NAME);
  return {
    post: (message) => channel.postMessage(message),
    listen(onMessage) {
      channel.addEventListener('message', (event: MessageEvent<TabMessage>) => onMessage(event.data));
    },
  };
}

/** For storage that is this tab's own (memory): nobody to talk to. */
export const NO_TABS: TabChannel = { post: () => undefined, listen: () => undefined };
