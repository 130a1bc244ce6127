/** What the UI sees of the models: what there is, what it costs, where it stands. */
import type { WireError } from '../engine/errors.ts';
import type { DeviceFacts } from '../engine/models/choose-variant.ts';
import type { Hub } from '../engine/models/hubs.ts';
import type { ModelId, ModelManifest, ModelVariant, VariantId } from '../engine/models/manifest.ts';
import type { InspectedModel, StorageUsage, VariantStatus } from '../worker/storage-api.ts';

export type { InspectedModel, StorageUsage } from '../worker/storage-api.ts';

/** Why a model cannot be downloaded as things stand. */
export type BlockedReason =
  /** The licence forbids commercial use: `acceptLicence` first. */
  | { readonly code: 'licence' }
  /** Even the smallest right variant needs more memory than a worker here may take; `download(..., { ignoreMemory })`. */
  | { readonly code: 'memory'; readonly neededBytes: number; readonly budgetBytes: number }
  /** No variant computes rightly on this device. */
  | { readonly code: 'no-variant' };

/** The state of a model's card. `data-state` is `state`. */
export type ModelStatus =
  /** `bring-file`: no host lets a page fetch it; the user chooses the file (`manifest.downloadPageUrl`). */
  | { readonly state: 'available'; readonly source: 'hub' | 'bring-file' }
  | { readonly state: 'blocked'; readonly reason: BlockedReason }
  /** Embedded models are ready without files. */
  | (Extract<VariantStatus, { state: 'ready' }> & { readonly isEmbedded: boolean })
  | Extract<VariantStatus, { state: 'downloading' | 'paused' | 'verifying' }>
  | { readonly state: 'failed'; readonly error: WireError };

export interface ModelEntry {
  /** As installed: lengths and hashes that the catalogue does not know are filled in. Give this one to `enqueue`. */
  readonly manifest: ModelManifest;
  /** The variant that `status` speaks of: installed or under way, else the one chosen for this device. */
  readonly variant: ModelVariant;
  readonly status: ModelStatus;
  /** Brought by the user: can be exported, and deleted with its manifest. */
  readonly isUser: boolean;
  readonly installedVariants: readonly VariantId[];
  /** Computed wrong by WebGPU on this device: never chosen for it. */
  readonly refusedVariants: readonly VariantId[];
  /** The variant was picked by the user, not for the device. */
  readonly isVariantOverridden: boolean;
}

/** Immutable; the same object between changes (useSyncExternalStore). */
export interface LibrarySnapshot {
  /** `memory`: models are gone with the page, say so; `failed`: the storage worker did not start. */
  readonly storage: 'starting' | 'opfs' | 'memory' | 'failed';
  /** In the catalogue's order, the user's own last. */
  readonly models: readonly ModelEntry[];
  /** Null until `refreshUsage`. */
  readonly usage: StorageUsage | null;
  /** The browser promised not to evict; null: not asked yet. */
  readonly isPersisted: boolean | null;
  readonly hubs: readonly Hub[];
  readonly hub: Hub;
}

export interface ModelLibrary {
  subscribe(listener: () => void): () => void;
  getSnapshot(): LibrarySnapshot;
  /** Starts the storage worker where it has not started yet; resolves when what is installed is known. Never rejects. */
  ready(): Promise<void>;
  /** The device's abilities, when known: variants are chosen by them. */
  setDevice(device: Partial<Omit<DeviceFacts, 'failedVariants'>>): void;
  /** By address, host or label; false: the deployment does not list it. */
  setHub(name: string): boolean;
  /** Null: by the device again. */
  setVariant(modelId: ModelId, variant: VariantId | null): void;
  /** Remembered. */
  acceptLicence(modelId: ModelId): void;
  /** Starts or resumes; also after `failed`. Asks for persistent storage the first time. Progress is in the snapshot. Throws MODEL_NOT_FOUND, REQUEST_INVALID (blocked). */
  download(modelId: ModelId, options?: { readonly ignoreMemory?: boolean }): Promise<void>;
  pause(modelId: ModelId): Promise<void>;
  /** Stops and deletes what was received. */
  cancel(modelId: ModelId): Promise<void>;
  /** Deletes the installed files; of a user's model the manifest, too. */
  remove(modelId: ModelId): Promise<void>;
  /** Hashes the installed files again. False: they were wrong and are deleted. */
  verify(modelId: ModelId): Promise<boolean>;
  /** Files that a user dropped (.onnx, external data, manifest JSON). Throws MODEL_INVALID, MODEL_CONTRACT_MISMATCH, REQUEST_INVALID. */
  inspect(files: readonly File[]): Promise<InspectedModel>;
  /** Keeps an inspected model under its (edited) manifest. Throws as `inspect`, and STORAGE_FULL, MODEL_CHECKSUM_MISMATCH. */
  importUserModel(model: Pick<InspectedModel, 'manifest' | 'files'>): Promise<void>;
  /** The file that the catalogue could not fetch. Throws MODEL_CONTRACT_MISMATCH when it is another model. */
  importCatalogueFile(modelId: ModelId, files: readonly File[]): Promise<void>;
  /** The manifest as a file to keep or share. */
  exportManifest(modelId: ModelId): File;
  refreshUsage(): Promise<void>;
  dispose(): void;
}
