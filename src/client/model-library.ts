/** The door to the storage worker: catalogue and user models, their files, their states. */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { Reply } from '../engine/api.ts';
import { CATALOGUE } from '../engine/models/catalogue.ts';
import type { DeviceFacts } from '../engine/models/choose-variant.ts';
import { findHub, resolveFileUrl, type Hub } from '../engine/models/hubs.ts';
import type { ModelId, ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type {
  ImportRequest,
  StatusEvent,
  StorageWorkerApi,
  VariantKey,
  VariantStatus,
} from '../worker/storage-api.ts';
import { createModelChoices } from './model-choices.ts';
import { describeEntry } from './model-entries.ts';
import type { LibrarySnapshot, ModelEntry, ModelLibrary } from './model-library.types.ts';

/** A session's heap in 32-bit WebAssembly can never be larger. */
const WASM_HEAP_BYTES = 4 * 1024 ** 3;

export interface ModelLibraryOptions {
  /** The default one first; never empty. */
  readonly hubs: readonly Hub[];
  /** Undefined where the browser refuses storage. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  readonly catalogue?: readonly ModelManifest[];
  readonly spawnWorker?: () => Worker;
  /** Asks the browser not to evict; resolves to its answer. */
  readonly persist?: () => Promise<boolean>;
  /** `navigator.deviceMemory`, in bytes; null: the browser does not say. */
  readonly deviceMemoryBytes?: number | null;
  /** What was learnt of the variants on this device, and when that changes; nothing without it. */
  readonly learnt?: {
    /** Those that WebGPU computed wrong. */
    listRefused(manifest: ModelManifest): readonly VariantId[];
    findFastest(manifest: ModelManifest): VariantId | null;
    subscribe(listener: () => void): () => void;
  };
}

function spawnStorageWorker(): Worker {
  return new Worker(new URL('../worker/storage.worker.ts', import.meta.url), {
    type: 'module',
    name: 'isobath-storage',
  });
}

function keyOf(manifest: ModelManifest, variant: string): VariantKey {
  return { modelId: manifest.id, revision: manifest.revision, variant };
}

function formatKey(key: VariantKey): string {
  return JSON.stringify([key.modelId, key.revision, key.variant]);
}

function unwrap<T>(reply: Reply<T>): T {
  if (!reply.ok) throw fromWireError(reply.error);
  return reply.value;
}

/**
 * The storage worker starts with the first call that needs it, or with {@link ModelLibrary.ready}; the snapshot's
 * `storage` says when it is there.
 */
export function createModelLibrary(options: ModelLibraryOptions): ModelLibrary {
  const catalogue = options.catalogue ?? CATALOGUE;
  const [defaultHub] = options.hubs;
  if (defaultHub === undefined) throw new Error('createModelLibrary needs a hub');
  const choices = createModelChoices(options.storage);
  const statuses = new Map<string, VariantStatus>();
  const listeners = new Set<() => void>();
  let userManifests: readonly ModelManifest[] = [];
  let isDisposed = false;
  let device: DeviceFacts = {
    executionProvider: 'wasm',
    hasShaderF16: false,
    memoryBudgetBytes: Math.min(WASM_HEAP_BYTES, (options.deviceMemoryBytes ?? WASM_HEAP_BYTES * 2) / 2),
    failedVariants: [],
  };
  let snapshot: LibrarySnapshot = {
    storage: 'starting',
    models: [],
    usage: null,
    isPersisted: null,
    hubs: options.hubs,
    hub: defaultHub,
  };

  function describe(manifest: ModelManifest, isUser: boolean): ModelEntry {
    return describeEntry(manifest, {
      device,
      hub: snapshot.hub,
      isUser,
      isLicenceAccepted: choices.isLicenceAccepted(manifest.id),
      overriddenVariant: choices.getVariant(manifest.id),
      listRefused: (filled) => options.learnt?.listRefused(filled) ?? [],
      fastestVariant: options.learnt?.findFastest(manifest) ?? null,
      statusOf: (variant) => statuses.get(formatKey(keyOf(manifest, variant))) ?? { state: 'absent' },
    });
  }

  /** Entries of models that the change does not touch keep their identity. */
  function update(change: Partial<LibrarySnapshot> = {}, touched: ModelId | null = null): void {
    const previous = new Map(snapshot.models.map((entry) => [entry.manifest.id, entry]));
    snapshot = { ...snapshot, ...change };
    const describeOrKeep = (manifest: ModelManifest, isUser: boolean): ModelEntry => {
      const kept = touched === null || touched === manifest.id ? undefined : previous.get(manifest.id);
      return kept ?? describe(manifest, isUser);
    };
    snapshot = {
      ...snapshot,
      models: [
        ...catalogue.map((manifest) => describeOrKeep(manifest, false)),
        ...userManifests.map((manifest) => describeOrKeep(manifest, true)),
      ],
    };
    for (const listener of listeners) listener();
  }

  function hear(events: readonly StatusEvent[]): void {
    for (const { key, status } of events) {
      statuses.set(formatKey(key), status);
      const isKnown = snapshot.models.some(({ manifest }) => manifest.id === key.modelId);
      // Another tab has brought a user's model, or deleted one. Without its files it is nothing.
      if (!isKnown && status.state === 'ready') void learnUserModels();
      if (status.state === 'absent') forgetUserModel(key.modelId);
      update({}, key.modelId);
    }
  }

  function forgetUserModel(modelId: ModelId): void {
    userManifests = userManifests.filter(({ id }) => id !== modelId);
  }

  /** Before the first states are known, they come with those. */
  async function learnUserModels(): Promise<void> {
    if (connection === null || snapshot.storage === 'starting') return;
    userManifests = await parseUserManifests(await connection.remote.readUserManifests());
    update();
  }

  async function parseUserManifests(texts: readonly string[]): Promise<readonly ModelManifest[]> {
    if (texts.length === 0) return [];
    const { parseManifest } = await import('../engine/models/manifest-schema.ts');
    return texts.flatMap((text) => {
      try {
        return [parseManifest(text)];
      } catch {
        return []; // written by a version that this one does not understand
      }
    });
  }

  interface Connection {
    readonly worker: Worker;
    readonly remote: Remote<StorageWorkerApi>;
    /** Settles when the first states are known; never rejects. */
    readonly ready: Promise<void>;
  }
  let connection: Connection | null = null;

  function open(): Connection {
    if (connection !== null) return connection;
    const worker = (options.spawnWorker ?? spawnStorageWorker)();
    const remote = wrap<StorageWorkerApi>(worker);
    const failStart = (): void => update({ storage: 'failed' });
    worker.addEventListener('error', failStart, { once: true });
    connection = { worker, remote, ready: connect(remote).catch(failStart) };
    return connection;
  }

  /** The worker's door, once it is open. */
  async function reach(): Promise<Remote<StorageWorkerApi>> {
    const { remote, ready } = open();
    await ready;
    return remote;
  }

  async function connect(remote: Remote<StorageWorkerApi>): Promise<void> {
    const { kind, userManifests: texts } = unwrap(await remote.connect(proxy(hear)));
    userManifests = await parseUserManifests(texts);
    update({ storage: kind });
  }

  update();
  const unsubscribeLearnt = options.learnt?.subscribe(() => update());

  function require(modelId: ModelId): ModelEntry {
    const entry = snapshot.models.find(({ manifest }) => manifest.id === modelId);
    if (entry !== undefined) return entry;
    throw new EngineError('MODEL_NOT_FOUND', `There is no model "${modelId}"`, { details: { modelId } });
  }

  const activeKey = (modelId: ModelId): VariantKey => {
    const { manifest, variant } = require(modelId);
    return keyOf(manifest, variant.id);
  };

  async function persistOnce(): Promise<void> {
    if (snapshot.isPersisted !== null) return;
    // Missing on plain http, whatever the types say.
    const storage = (navigator as Partial<Navigator>).storage;
    const persist = options.persist ?? (async () => (await storage?.persist()) ?? false);
    update({ isPersisted: await persist().catch(() => false) });
  }

  async function importFiles(request: ImportRequest): Promise<void> {
    await persistOnce();
    unwrap(await (await reach()).importFiles(request));
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    ready: () => open().ready,

    setDevice(change) {
      device = { ...device, ...change };
      update();
    },

    setHub(name) {
      const hub = findHub(options.hubs, name);
      if (hub !== null) update({ hub });
      return hub !== null;
    },

    setVariant(modelId, variant) {
      choices.setVariant(modelId, variant);
      update({}, modelId);
    },

    acceptLicence(modelId) {
      choices.acceptLicence(modelId);
      update({}, modelId);
    },

    async download(modelId, { ignoreMemory = false } = {}) {
      const remote = await reach();
      const { manifest, variant, status } = require(modelId);
      const isIgnored = ignoreMemory && status.state === 'blocked' && status.reason.code === 'memory';
      if (status.state === 'blocked' && !isIgnored) {
        throw new EngineError('REQUEST_INVALID', `"${modelId}" is blocked: ${status.reason.code}`, {
          details: { reason: status.reason.code },
        });
      }
      const files = variant.files.map((file) => {
        const url = resolveFileUrl(file, snapshot.hub);
        if (url !== null) return { ...file, url };
        throw new EngineError('REQUEST_INVALID', `${file.name} has no address at ${snapshot.hub.label}`, {
          details: { reason: 'bring-file' },
        });
      });
      await persistOnce();
      await remote.download({
        files,
        key: keyOf(manifest, variant.id),
        hubBaseUrl: snapshot.hub.baseUrl,
        isMirror: snapshot.hub.isMirror,
      });
    },

    async pause(modelId) {
      await (await reach()).pause(activeKey(modelId));
    },

    async cancel(modelId) {
      await (await reach()).cancel(activeKey(modelId));
    },

    async remove(modelId) {
      const remote = await reach();
      const { manifest, isUser, variant } = require(modelId);
      await remote.remove(keyOf(manifest, variant.id));
      if (!isUser) return;
      unwrap(await remote.removeUserModel(modelId));
      forgetUserModel(modelId);
      update();
    },

    async verify(modelId) {
      const remote = await reach();
      return (await remote.verify(activeKey(modelId))).state === 'ready';
    },

    async inspect(files) {
      return unwrap(await (await reach()).inspect(files));
    },

    async importUserModel({ manifest, files }) {
      await reach();
      if (catalogue.some(({ id }) => id === manifest.id)) {
        throw new EngineError('REQUEST_INVALID', `"${manifest.id}" is the id of a catalogue model`, {
          details: { path: 'id' },
        });
      }
      const [variant] = manifest.variants;
      if (variant === undefined) throw new EngineError('REQUEST_INVALID', 'The manifest has no variant');
      // The form may have changed anything but the files.
      const kept = { ...manifest, variants: [{ ...variant, files: files.map(({ file }) => file) }] };
      await importFiles({ key: keyOf(kept, variant.id), files, manifest: kept, isUserModel: true });
      userManifests = [...userManifests.filter((user) => user.id !== kept.id), kept];
      update();
    },

    async importCatalogueFile(modelId, files) {
      const remote = await reach();
      const { manifest, variant } = require(modelId);
      const inspected = unwrap(await remote.inspect(files));
      const [missing] = inspected.missingFiles;
      if (missing !== undefined) {
        throw new EngineError('MODEL_INVALID', `${missing} is missing beside the model`, {
          details: { reason: 'external-data-missing', missing },
        });
      }
      const named = inspected.files.map(({ file, blob }) => {
        const listed = variant.files.find(
          (candidate) =>
            candidate.role === file.role && (file.role === 'graph' || candidate.name === file.name),
        );
        return { file: { ...(listed ?? file), sizeBytes: blob.size }, blob };
      });
      await importFiles({
        key: keyOf(manifest, variant.id),
        files: named,
        manifest,
        isUserModel: false,
      });
    },

    exportManifest(modelId) {
      const { manifest } = require(modelId);
      // Addresses of files in memory mean nothing elsewhere.
      const text = JSON.stringify(
        manifest,
        (name, value: unknown) =>
          name === 'url' && typeof value === 'string' && value.startsWith('blob:') ? null : value,
        2,
      );
      return new File([`${text}\n`], `${modelId}.isobath-model.json`, {
        type: 'application/json',
      });
    },

    async refreshUsage() {
      update({ usage: await (await reach()).measureUsage() });
    },

    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      unsubscribeLearnt?.();
      listeners.clear();
      connection?.remote[releaseProxy]();
      connection?.worker.terminate();
    },
  };
}
