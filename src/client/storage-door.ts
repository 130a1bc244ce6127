/** The one storage worker of this page: it starts with the first call that needs it. */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { StatusEvent, StorageWorkerApi } from '../worker/storage-api.ts';
import { unwrapReply } from './web-worker-slot.ts';

export interface StorageDoorOptions {
  readonly spawnWorker?: () => Worker;
  readonly onEvents: (events: readonly StatusEvent[]) => void;
  /** What is stored; the states of its variants came as events before. The door is ready when this has settled. */
  readonly onOpen: (stored: {
    readonly kind: 'opfs' | 'memory';
    readonly userManifests: readonly string[];
  }) => Promise<void>;
  /** The worker did not start, or has died. */
  readonly onFail: () => void;
}

export interface StorageDoor {
  /** Starts the worker. Settles when what is stored is known, or cannot be; never rejects. */
  ready(): Promise<void>;
  /** The worker, ready. */
  reach(): Promise<Remote<StorageWorkerApi>>;
  close(): void;
}

interface Connection {
  readonly worker: Worker;
  readonly remote: Remote<StorageWorkerApi>;
  readonly ready: Promise<void>;
}

function spawnStorageWorker(): Worker {
  return new Worker(new URL('../worker/storage.worker.ts', import.meta.url), {
    type: 'module',
    name: 'isobath-storage',
  });
}

export function createStorageDoor(options: StorageDoorOptions): StorageDoor {
  const { spawnWorker = spawnStorageWorker, onEvents, onOpen, onFail } = options;
  let connection: Connection | null = null;

  async function connect(remote: Remote<StorageWorkerApi>): Promise<void> {
    await onOpen(unwrapReply(await remote.connect(proxy(onEvents))));
  }

  function open(): Connection {
    if (connection !== null) return connection;
    const worker = spawnWorker();
    const remote = wrap<StorageWorkerApi>(worker);
    worker.addEventListener('error', onFail, { once: true });
    connection = { worker, remote, ready: connect(remote).catch(onFail) };
    return connection;
  }

  return {
    ready: () => open().ready,
    async reach() {
      const { remote, ready } = open();
      await ready;
      return remote;
    },
    close() {
      connection?.remote[releaseProxy]();
      connection?.worker.terminate();
    },
  };
}
