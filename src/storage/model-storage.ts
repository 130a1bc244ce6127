/** The tab's one writer of model files: downloads, imports, verifies, deletes; shares the work with other tabs by locks. */
import type { VariantKey } from '../platform/browser/model-files.ts';
import type {
  DownloadRequest,
  ImportRequest,
  StatusEvent,
  StorageUsage,
  VariantStatus,
} from '../worker/storage-api.ts';
import type { DownloadDeps } from './download-file.ts';
import { createDownloads } from './downloads.ts';
import { importFiles } from './import-files.ts';
import { createInstalledModels } from './installed-models.ts';
import { downloadLockName, type Locks } from './locks.ts';
import type { ModelStore } from './model-store.ts';
import { readRoom } from './room.ts';
import { runDownload } from './run-download.ts';
import { createStatusBoard } from './status-board.ts';
import type { TabChannel } from './tab-channel.ts';
import { verifyInstalled } from './verify-installed.ts';

export interface ModelStorageDeps {
  readonly store: ModelStore;
  readonly download: DownloadDeps;
  readonly locks: Locks;
  readonly channel: TabChannel;
  readonly now: () => number;
  readonly estimate: () => Promise<StorageEstimate>;
  /** Calls back once when the network returns. */
  readonly onceOnline: (callback: () => void) => void;
  readonly onEvent: (event: StatusEvent) => void;
}

export interface ModelStorage {
  /** Looks at what is stored; statuses come as events. */
  scan(): Promise<void>;
  listStatuses(): readonly StatusEvent[];
  download(request: DownloadRequest): Promise<void>;
  pause(key: VariantKey): void;
  cancel(key: VariantKey): Promise<void>;
  remove(key: VariantKey): Promise<void>;
  /** Gives the state that it ends in. */
  verify(key: VariantKey): Promise<VariantStatus>;
  importFiles(request: ImportRequest): Promise<void>;
  measureUsage(): Promise<StorageUsage>;
}

export function createModelStorage(deps: ModelStorageDeps): ModelStorage {
  const { store, locks, channel } = deps;
  const { createHasher } = deps.download;
  const board = createStatusBoard({
    now: deps.now,
    sleep: deps.download.sleep,
    onEvent(event, source) {
      deps.onEvent(event);
      if (source === 'here') channel.post({ type: 'status', event });
    },
  });
  const installed = createInstalledModels({ store, locks, board, now: deps.now });
  const downloads = createDownloads({
    store,
    locks,
    channel,
    board,
    installed,
    run: (request, signal) => runDownload(request, signal, { ...deps, board, installed }),
    onceOnline: deps.onceOnline,
  });

  return {
    async scan() {
      channel.post({ type: 'hello' });
      const held = await locks.listHeld();
      for (const stored of await store.list()) {
        if (downloads.isRunningHere(stored.key)) continue;
        if (held.has(downloadLockName(stored.key))) downloads.watch(stored.key);
        else {
          await installed.sweep(stored);
          installed.show(stored);
        }
      }
    },
    listStatuses: () => board.list(),
    download: downloads.start,
    pause: downloads.pause,
    cancel: downloads.cancel,
    remove: installed.remove,
    async verify(key) {
      await verifyInstalled(key, { store, locks, board, installed, createHasher });
      return board.get(key);
    },
    importFiles: (request) =>
      importFiles(request, { store, locks, board, installed, createHasher, estimate: deps.estimate }),
    async measureUsage() {
      const models = (await store.list()).map(({ key, sizeBytes }) => ({ key, sizeBytes }));
      const { usageBytes, quotaBytes } = await readRoom(deps.estimate);
      return {
        models,
        modelsBytes: models.reduce((sum, model) => sum + model.sizeBytes, 0),
        totalBytes: usageBytes,
        quotaBytes,
      };
    },
  };
}
