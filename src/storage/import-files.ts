/** A user's files become an installed model, or nothing has changed: what was installed before stays until they are whole. */
import { EngineError } from '../engine/errors.ts';
import { checkContract } from '../engine/models/check-contract.ts';
import { inspectOnnx } from '../engine/models/onnx-inspect.ts';
import { createBlobSource } from '../engine/models/protobuf.ts';
import type { ImportRequest } from '../worker/storage-api.ts';
import { copyFiles, type CopyOptions } from './copy-files.ts';
import type { InstalledModels } from './installed-models.ts';
import { downloadLockName, type Locks } from './locks.ts';
import type { ModelStore } from './model-store.ts';
import { checkRoom, readRoom, translateQuota } from './room.ts';
import type { StatusBoard } from './status-board.ts';

export interface ImportDeps extends Pick<CopyOptions, 'createHasher'> {
  readonly store: ModelStore;
  readonly locks: Locks;
  readonly board: StatusBoard;
  readonly installed: InstalledModels;
  readonly estimate: () => Promise<StorageEstimate>;
}

async function findUserManifest(store: ModelStore, modelId: string): Promise<string | null> {
  const texts = await store.readUserManifests();
  return texts.find((text) => (JSON.parse(text) as { readonly id?: unknown }).id === modelId) ?? null;
}

/** Throws MODEL_INVALID, MODEL_CONTRACT_MISMATCH, MODEL_CHECKSUM_MISMATCH, STORAGE_FULL (`keepsOld`: the old file is still in use). */
export async function importFiles(request: ImportRequest, deps: ImportDeps): Promise<void> {
  const { key, manifest, files } = request;
  const { store, locks, board, installed } = deps;
  const graph = files.find(({ file }) => file.role === 'graph');
  if (graph === undefined) throw new EngineError('MODEL_INVALID', 'No graph among the files');
  // Before anything is replaced: a wrong file must not cost the right one.
  checkContract(await inspectOnnx(createBlobSource(graph.blob)), manifest);
  const neededBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  await locks.runExclusive(downloadLockName(key), async () => {
    const before = await store.describe(key);
    const { marker: old } = before;
    const oldManifest = request.isUserModel ? await findUserManifest(store, manifest.id) : null;
    let isManifestNew = false;
    if (old === null) await installed.remove(key);
    try {
      if (store.kind === 'opfs') checkRoom(await readRoom(deps.estimate), neededBytes);
      const copied = await copyFiles(request, old?.files ?? [], {
        store,
        createHasher: deps.createHasher,
        onProgress: (fraction) => board.set(key, { state: 'verifying', fraction }),
      });
      if (request.isUserModel) {
        await store.writeUserManifest(manifest.id, JSON.stringify(manifest));
        isManifestNew = true;
      }
      await installed.finish(key, copied);
    } catch (error) {
      if (old === null) await installed.remove(key);
      else {
        await installed.prune(key, old).catch(() => undefined);
        // In the room that the new files have left; a note that was not replaced needs none.
        if (isManifestNew) await store.writeUserManifest(manifest.id, oldManifest).catch(() => undefined);
        installed.show(before);
      }
      throw translateQuota(error, neededBytes, old !== null);
    }
  });
}
