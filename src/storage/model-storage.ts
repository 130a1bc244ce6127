/** The tab's one writer of model files: downloads, imports, verifies, deletes; shares the work with other tabs by locks. */
import { EngineError, toWireError } from '../engine/errors.ts';
import { checkContract } from '../engine/models/check-contract.ts';
import { inspectOnnx } from '../engine/models/onnx-inspect.ts';
import { createBlobSource } from '../engine/models/protobuf.ts';
import {
  filesLockName,
  formatVariantKey,
  type InstalledFile,
  type InstalledMarker,
  type VariantKey,
} from '../platform/browser/model-files.ts';
import type {
  DownloadRequest,
  ImportRequest,
  StatusEvent,
  StorageUsage,
  VariantStatus,
} from '../worker/storage-api.ts';
import { copyFiles } from './copy-files.ts';
import { isHopeless } from './download-errors.ts';
import type { DownloadDeps } from './download-file.ts';
import { downloadVariant, markPaused } from './download-variant.ts';
import { hashBlob } from './hash-file.ts';
import { checkHash, markInstalled } from './install.ts';
import type { Locks } from './locks.ts';
import type { ModelStore, StoredVariant } from './model-store.ts';
import { checkRoom, readRoom, translateQuota } from './room.ts';
import { createSpeedMeter } from './speed-meter.ts';
import { createStatusBoard } from './status-board.ts';
import type { TabChannel, TabMessage } from './tab-channel.ts';

export interface ModelStorageDeps {
  readonly store: ModelStore;
  readonly download: DownloadDeps;
  readonly locks: Locks;
  readonly channel: TabChannel;
  readonly now: () => number;
  readonly estimate: () => Promise<StorageEstimate>;
  readonly isOnline: () => boolean;
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

type StopReason = 'pause' | 'cancel';

function downloadLockName(key: VariantKey): string {
  return `isobath:model-download:${formatVariantKey(key)}`;
}

export function createModelStorage(deps: ModelStorageDeps): ModelStorage {
  const { store, locks, channel } = deps;
  const running = new Map<string, AbortController>();
  const watched = new Set<string>();
  /** Asked for here while another tab was at it: taken over if that tab goes away. */
  const wanted = new Map<string, DownloadRequest>();
  const blobUrls = new Map<string, readonly string[]>();

  const board = createStatusBoard(deps.now, (event, source) => {
    deps.onEvent(event);
    if (source === 'here') channel.post({ type: 'status', event });
  });

  const stop = (key: VariantKey, reason: StopReason): boolean => {
    const controller = running.get(formatVariantKey(key));
    controller?.abort(reason);
    return controller !== undefined;
  };

  channel.listen((message: TabMessage) => {
    switch (message.type) {
      case 'hello':
        for (const event of board.list()) {
          if (running.has(formatVariantKey(event.key))) channel.post({ type: 'status', event });
        }
        return;
      case 'command':
        stop(message.key, message.command);
        return;
      case 'status':
        hearStatus(message.event);
    }
  });

  function hearStatus({ key, status }: StatusEvent): void {
    if (running.has(formatVariantKey(key))) return;
    if (status.state === 'downloading') {
      board.set(key, { ...status, phase: 'other-tab' }, 'other-tab');
      watch(key);
    } else board.set(key, status, 'other-tab');
  }

  /** Waits until the tab that downloads is done or gone, then looks at what it left. */
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
        await download(request);
      } else tellStored(stored);
    });
  }

  function describeInstalled(
    key: VariantKey,
    files: readonly InstalledFile[],
    installedAtMs: number,
  ): VariantStatus & { readonly state: 'ready' } {
    return {
      state: 'ready',
      files,
      installedAtMs,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      blobUrls: blobUrls.get(formatVariantKey(key)) ?? null,
    };
  }

  function tellStored(stored: StoredVariant): void {
    const { key, marker, download: record } = stored;
    if (marker !== null) board.set(key, describeInstalled(key, marker.files, marker.installedAtMs));
    else if (record === null) board.set(key, { state: 'absent' });
    else {
      board.set(key, {
        state: 'paused',
        reason: record.intent === 'paused' ? 'user' : 'interrupted',
        receivedBytes: stored.sizeBytes,
        totalBytes: Math.max(record.totalBytes, stored.sizeBytes),
      });
    }
  }

  async function scan(): Promise<void> {
    channel.post({ type: 'hello' });
    const held = await locks.listHeld();
    for (const stored of await store.list()) {
      if (running.has(formatVariantKey(stored.key))) continue;
      if (held.has(downloadLockName(stored.key))) watch(stored.key);
      else {
        await sweep(stored);
        tellStored(stored);
      }
    }
  }

  /** Deletes what a replacement that was cut off has left beside the model. */
  async function sweep({ key, marker, sizeBytes }: StoredVariant): Promise<void> {
    const { sizeBytes: wholeBytes } = describeInstalled(key, marker?.files ?? [], 0);
    if (marker === null || sizeBytes === wholeBytes) return;
    await locks.runIfFree(downloadLockName(key), async (isFree) => {
      if (isFree) await pruneTo((await store.describe(key)).marker, key).catch(() => undefined);
    });
  }

  async function pruneTo(marker: InstalledMarker | null, key: VariantKey): Promise<void> {
    if (marker === null) return;
    await store.prune(
      key,
      marker.files.map(({ storedName }) => storedName),
    );
  }

  async function checkQuota(request: DownloadRequest, stored: StoredVariant): Promise<void> {
    if (store.kind === 'memory') return;
    const neededBytes = request.files.reduce((sum, file) => sum + file.sizeBytes, 0) - stored.sizeBytes;
    checkRoom(await readRoom(deps.estimate), neededBytes);
  }

  async function download(request: DownloadRequest): Promise<void> {
    const { key } = request;
    const name = formatVariantKey(key);
    if (running.has(name)) return;
    const controller = new AbortController();
    running.set(name, controller);
    let outcome;
    try {
      outcome = await locks.runIfFree(downloadLockName(key), async (isHeld) => {
        if (!isHeld) return 'other-tab';
        await runDownload(request, controller.signal);
        return 'over';
      });
    } finally {
      running.delete(name);
    }
    if (outcome === 'over') return;
    wanted.set(name, request);
    watch(key);
    channel.post({ type: 'hello' });
  }

  async function runDownload(request: DownloadRequest, signal: AbortSignal): Promise<void> {
    const { key } = request;
    const totalBytes = request.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const meter = createSpeedMeter(deps.now);
    const last = { receivedBytes: 0, totalBytes };
    const stored = await store.describe(key);
    try {
      if (stored.marker !== null) return tellStored(stored);
      last.receivedBytes = stored.sizeBytes;
      board.set(key, {
        ...last,
        state: 'downloading',
        phase: 'connecting',
        bytesPerSecond: null,
        secondsLeft: null,
        attempt: 0,
        retryInMs: null,
      });
      await checkQuota(request, stored);
      const files = await downloadVariant(request, stored.download, {
        store,
        deps: deps.download,
        signal,
        onProgress({ newBytes, ...progress }) {
          meter.add(newBytes);
          const { bytesPerSecond } = meter;
          last.receivedBytes = progress.receivedBytes;
          last.totalBytes = Math.max(progress.totalBytes, progress.receivedBytes);
          const leftBytes = last.totalBytes - last.receivedBytes;
          board.set(key, {
            ...progress,
            ...last,
            state: 'downloading',
            bytesPerSecond,
            secondsLeft: bytesPerSecond === null || bytesPerSecond === 0 ? null : leftBytes / bytesPerSecond,
          });
        },
      });
      board.set(key, { state: 'verifying', fraction: 1 });
      await finishInstallation(key, files);
    } catch (error) {
      const neededBytes = last.totalBytes - last.receivedBytes;
      await settleFailure(request, translateQuota(error, neededBytes), signal, last);
    }
  }

  async function finishInstallation(key: VariantKey, files: readonly InstalledFile[]): Promise<void> {
    const installedAtMs = deps.now();
    await markInstalled(store, locks, key, files, installedAtMs);
    if (store.kind === 'memory') {
      const blobs = await Promise.all(files.map((file) => store.openFile(key, file.storedName)));
      const urls = blobs.map((blob) => URL.createObjectURL(blob ?? new Blob()));
      revokeUrls(key);
      blobUrls.set(formatVariantKey(key), urls);
    }
    board.set(key, describeInstalled(key, files, installedAtMs));
  }

  async function settleFailure(
    request: DownloadRequest,
    error: unknown,
    signal: AbortSignal,
    last: { readonly receivedBytes: number; readonly totalBytes: number },
  ): Promise<void> {
    const { key } = request;
    if (signal.aborted) {
      if ((signal.reason as StopReason) === 'cancel') {
        await store.remove(key);
        board.set(key, { state: 'absent' });
      } else {
        // Without room for the note, the next visit finds it interrupted.
        await markPaused(store, request).catch(() => undefined);
        board.set(key, { state: 'paused', reason: 'user', ...last });
      }
      return;
    }
    const isFull = error instanceof EngineError && error.code === 'STORAGE_FULL';
    if (isFull && last.receivedBytes > 0) {
      // Kept: whoever makes room can go on from here.
      await markPaused(store, request).catch(() => undefined);
      board.set(key, { state: 'paused', reason: 'storage-full', ...last });
      return;
    }
    if (!deps.isOnline()) {
      board.set(key, { state: 'paused', reason: 'offline', ...last });
      deps.onceOnline(() => {
        const status = board.get(key);
        if (status.state === 'paused' && status.reason === 'offline') void download(request);
      });
      return;
    }
    if (isHopeless(error) || last.receivedBytes === 0) await store.remove(key);
    board.set(key, { state: 'failed', error: toWireError(error) });
  }

  async function cancel(key: VariantKey): Promise<void> {
    if (stop(key, 'cancel')) return;
    const isHeld = (await locks.listHeld()).has(downloadLockName(key));
    if (isHeld) channel.post({ type: 'command', command: 'cancel', key });
    else await remove(key);
  }

  async function remove(key: VariantKey): Promise<void> {
    await locks.runExclusive(filesLockName(key), () => store.remove(key));
    revokeUrls(key);
    board.set(key, { state: 'absent' });
  }

  function revokeUrls(key: VariantKey): void {
    for (const url of blobUrls.get(formatVariantKey(key)) ?? []) URL.revokeObjectURL(url);
    blobUrls.delete(formatVariantKey(key));
  }

  async function verify(key: VariantKey): Promise<VariantStatus> {
    await locks.runExclusive(downloadLockName(key), async () => {
      const { marker } = await store.describe(key);
      if (marker === null) return board.set(key, { state: 'absent' });
      const totalBytes = marker.files.reduce((sum, file) => sum + file.sizeBytes, 0);
      let hashedBytes = 0;
      board.set(key, { state: 'verifying', fraction: 0 });
      try {
        for (const file of marker.files) {
          const blob = await store.openFile(key, file.storedName);
          if (blob === null) throw new EngineError('MODEL_NOT_INSTALLED', `${file.name} is gone`);
          const actual = await hashBlob(blob, await deps.download.createHasher(), (count) => {
            hashedBytes += count;
            board.set(key, { state: 'verifying', fraction: hashedBytes / totalBytes });
          });
          checkHash(file.name, actual, { sha256: file.sha256, origin: file.hashOrigin });
        }
        board.set(key, describeInstalled(key, marker.files, marker.installedAtMs));
      } catch (error) {
        await locks.runExclusive(filesLockName(key), () => store.remove(key));
        board.set(key, { state: 'failed', error: toWireError(error) });
      }
    });
    return board.get(key);
  }

  async function importFiles(request: ImportRequest): Promise<void> {
    const { key, manifest, files } = request;
    const graph = files.find(({ file }) => file.role === 'graph');
    if (graph === undefined) throw new EngineError('MODEL_INVALID', 'No graph among the files');
    // Before anything is replaced: a wrong file must not cost the right one.
    checkContract(await inspectOnnx(createBlobSource(graph.blob)), manifest);
    const neededBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
    await locks.runExclusive(downloadLockName(key), async () => {
      const { marker: old } = await store.describe(key);
      const oldManifest = request.isUserModel ? await findUserManifest(manifest.id) : null;
      let isManifestNew = false;
      if (old === null) await remove(key);
      try {
        if (store.kind === 'opfs') checkRoom(await readRoom(deps.estimate), neededBytes);
        const installed = await copyFiles(request, old?.files ?? [], {
          store,
          createHasher: deps.download.createHasher,
          onProgress: (fraction) => board.set(key, { state: 'verifying', fraction }),
        });
        if (request.isUserModel) {
          await store.writeUserManifest(manifest.id, JSON.stringify(manifest));
          isManifestNew = true;
        }
        await finishInstallation(key, installed);
      } catch (error) {
        if (old === null) await remove(key);
        else {
          await pruneTo(old, key).catch(() => undefined);
          // In the room that the new files have left; a note that was not replaced needs none.
          if (isManifestNew) await store.writeUserManifest(manifest.id, oldManifest).catch(() => undefined);
          board.set(key, describeInstalled(key, old.files, old.installedAtMs));
        }
        throw translateQuota(error, neededBytes, old !== null);
      }
    });
  }

  async function findUserManifest(modelId: string): Promise<string | null> {
    const texts = await store.readUserManifests();
    return texts.find((text) => (JSON.parse(text) as { readonly id?: unknown }).id === modelId) ?? null;
  }

  return {
    scan,
    listStatuses: () => board.list(),
    download,
    pause(key) {
      if (!stop(key, 'pause')) channel.post({ type: 'command', command: 'pause', key });
    },
    cancel,
    remove,
    verify,
    importFiles,
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
