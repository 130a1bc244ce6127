/** Catalogue and user models: what the page knows of them, and what the storage worker is asked to do with their files. */
import { EngineError } from '../engine/errors.ts';
import { CATALOGUE } from '../engine/models/catalogue.ts';
import type { DeviceFacts } from '../engine/models/choose-variant.ts';
import { findHub, type Hub } from '../engine/models/hubs.ts';
import type { ModelId, ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { ImportRequest, StatusEvent, VariantKey, VariantStatus } from '../worker/storage-api.ts';
import { createModelChoices } from './model-choices.ts';
import { describeEntry } from './model-entries.ts';
import type { LibrarySnapshot, ModelEntry, ModelLibrary } from './model-library.types.ts';
import { createStorageDoor } from './storage-door.ts';
import { parseUserManifests, writeManifestFile } from './user-manifests.ts';
import { formatVariantKey, variantKeyOf } from './variant-key.ts';
import { unwrapReply } from './web-worker-slot.ts';

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

/** Comes with the first request: most visits have none. */
const loadRequests = () => import('./model-requests.ts');

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
      statusOf: (variant) =>
        statuses.get(formatVariantKey(variantKeyOf(manifest, variant))) ?? { state: 'absent' },
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
      statuses.set(formatVariantKey(key), status);
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
    if (snapshot.storage === 'starting') return;
    const remote = await door.reach();
    userManifests = await parseUserManifests(await remote.readUserManifests());
    update();
  }

  const door = createStorageDoor({
    spawnWorker: options.spawnWorker,
    onEvents: hear,
    async onOpen({ kind, userManifests: texts }) {
      userManifests = await parseUserManifests(texts);
      update({ storage: kind });
    },
    onFail: () => update({ storage: 'failed' }),
  });

  update();
  const unsubscribeLearnt = options.learnt?.subscribe(() => update());

  function require(modelId: ModelId): ModelEntry {
    const entry = snapshot.models.find(({ manifest }) => manifest.id === modelId);
    if (entry !== undefined) return entry;
    throw new EngineError('MODEL_NOT_FOUND', `There is no model "${modelId}"`, { details: { modelId } });
  }

  const activeKey = (modelId: ModelId): VariantKey => {
    const { manifest, variant } = require(modelId);
    return variantKeyOf(manifest, variant.id);
  };

  let isPersistAsked = false;

  /** Not waited for: Firefox asks the user, who may leave that question alone for as long as he likes. */
  async function askToPersist(): Promise<void> {
    if (isPersistAsked) return;
    isPersistAsked = true;
    // Missing on plain http, whatever the types say.
    const storage = (navigator as Partial<Navigator>).storage;
    const persist = options.persist ?? (async () => (await storage?.persist()) ?? false);
    update({ isPersisted: await persist().catch(() => false) });
  }

  async function importFiles(request: ImportRequest): Promise<void> {
    void askToPersist();
    unwrapReply(await (await door.reach()).importFiles(request));
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    ready: door.ready,

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

    async download(modelId, downloadOptions) {
      const [remote, { makeDownloadRequest }] = await Promise.all([door.reach(), loadRequests()]);
      const request = makeDownloadRequest(require(modelId), snapshot.hub, downloadOptions);
      void askToPersist();
      await remote.download(request);
    },

    async pause(modelId) {
      await (await door.reach()).pause(activeKey(modelId));
    },

    async cancel(modelId) {
      await (await door.reach()).cancel(activeKey(modelId));
    },

    async remove(modelId) {
      const remote = await door.reach();
      const { manifest, isUser, variant } = require(modelId);
      await remote.remove(variantKeyOf(manifest, variant.id));
      if (!isUser) return;
      unwrapReply(await remote.removeUserModel(modelId));
      forgetUserModel(modelId);
      update();
    },

    async verify(modelId) {
      const remote = await door.reach();
      return (await remote.verify(activeKey(modelId))).state === 'ready';
    },

    async inspect(files) {
      return unwrapReply(await (await door.reach()).inspect(files));
    },

    async importUserModel({ manifest, files }) {
      await door.reach();
      if (catalogue.some(({ id }) => id === manifest.id)) {
        throw new EngineError('REQUEST_INVALID', `"${manifest.id}" is the id of a catalogue model`, {
          details: { path: 'id' },
        });
      }
      const { makeUserImport } = await loadRequests();
      const request = makeUserImport({ manifest, files });
      await importFiles(request);
      userManifests = [...userManifests.filter(({ id }) => id !== manifest.id), request.manifest];
      update();
    },

    async importCatalogueFile(modelId, files) {
      const [remote, { makeCatalogueImport }] = await Promise.all([door.reach(), loadRequests()]);
      const entry = require(modelId);
      await importFiles(makeCatalogueImport(entry, unwrapReply(await remote.inspect(files))));
    },

    exportManifest: (modelId) => writeManifestFile(require(modelId).manifest),

    async refreshUsage() {
      update({ usage: await (await door.reach()).measureUsage() });
    },

    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      unsubscribeLearnt?.();
      listeners.clear();
      door.close();
    },
  };
}
