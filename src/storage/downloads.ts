/** Who downloads what: this tab, or another one that this one watches and takes over from when it goes away. */
import { formatVariantKey, type VariantKey } from '../platform/browser/model-files.ts';
import type { DownloadRequest, StatusEvent } from '../worker/storage-api.ts';
import type { StopReason } from './download-end.ts';
import type { InstalledModels } from './installed-models.ts';
import { downloadLockName, type Locks } from './locks.ts';
import type { ModelStore } from './model-store.ts';
import type { StatusBoard } from './status-board.ts';
import type { TabChannel } from './tab-channel.ts';

export interface DownloadsDeps {
  readonly store: ModelStore;
  readonly locks: Locks;
  readonly channel: TabChannel;
  readonly board: StatusBoard;
  readonly installed: InstalledModels;
  /** Ends with the status on the board. The signal's reason is a {@link StopReason}. */
  readonly run: (request: DownloadRequest, signal: AbortSignal) => Promise<void>;
  /** Calls back once when the network returns. */
  readonly onceOnline: (callback: () => void) => void;
}

export interface Downloads {
  /** Resolves when it has ended, or when another tab turns out to be at it. */
  start(request: DownloadRequest): Promise<void>;
  pause(key: VariantKey): void;
  cancel(key: VariantKey): Promise<void>;
  isRunningHere(key: VariantKey): boolean;
  /** Another tab is at it: waits for its end, then looks at what it left. */
  watch(key: VariantKey): void;
}

export function createDownloads(deps: DownloadsDeps): Downloads {
  const { store, locks, channel, board, installed } = deps;
  const running = new Map<string, AbortController>();
  const watched = new Set<string>();
  /** Asked for here while another tab was at it: taken over if that tab goes away. */
  const wanted = new Map<string, DownloadRequest>();
  const isRunningHere = (key: VariantKey) => running.has(formatVariantKey(key));

  /** False: it does not run here. */
  function stop(key: VariantKey, reason: StopReason): boolean {
    const controller = running.get(formatVariantKey(key));
    controller?.abort(reason);
    return controller !== undefined;
  }

  channel.listen((message) => {
    switch (message.type) {
      case 'hello':
        for (const event of board.list())
          if (isRunningHere(event.key)) channel.post({ type: 'status', event });
        return;
      case 'command':
        stop(message.key, message.command);
        return;
      case 'status':
        hearStatus(message.event);
    }
  });

  function hearStatus({ key, status }: StatusEvent): void {
    if (isRunningHere(key)) return;
    if (status.state === 'downloading') {
      board.set(key, { ...status, phase: 'other-tab' }, 'other-tab');
      watch(key);
    } else board.set(key, status, 'other-tab');
  }

  function watch(key: VariantKey): void {
    const name = formatVariantKey(key);
    if (watched.has(name)) return;
    watched.add(name);
    void locks.waitUntilFree(downloadLockName(key)).then(async () => {
      watched.delete(name);
      const stored = await store.describe(key);
      const request = wanted.get(name);
      wanted.delete(name);
      if (request !== undefined && stored.marker === null && stored.download?.intent === 'running') {
        await start(request);
      } else installed.show(stored);
    });
  }

  async function start(request: DownloadRequest): Promise<void> {
    const { key } = request;
    const name = formatVariantKey(key);
    if (running.has(name)) return;
    const controller = new AbortController();
    running.set(name, controller);
    let outcome;
    try {
      outcome = await locks.runIfFree(downloadLockName(key), async (isHeld) => {
        if (!isHeld) return 'other-tab';
        await deps.run(request, controller.signal);
        return 'over';
      });
    } finally {
      running.delete(name);
    }
    if (outcome === 'over') return goOnWhenOnline(request);
    wanted.set(name, request);
    watch(key);
    channel.post({ type: 'hello' });
  }

  function goOnWhenOnline(request: DownloadRequest): void {
    const isOffline = () => {
      const status = board.get(request.key);
      return status.state === 'paused' && status.reason === 'offline';
    };
    if (!isOffline()) return;
    deps.onceOnline(() => {
      if (isOffline()) void start(request);
    });
  }

  return {
    start,
    watch,
    isRunningHere,
    pause(key) {
      if (!stop(key, 'pause')) channel.post({ type: 'command', command: 'pause', key });
    },
    async cancel(key) {
      if (stop(key, 'cancel')) return;
      const isHeld = (await locks.listHeld()).has(downloadLockName(key));
      if (isHeld) channel.post({ type: 'command', command: 'cancel', key });
      else await installed.remove(key);
    },
  };
}
