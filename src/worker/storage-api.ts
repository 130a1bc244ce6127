/** The boundary of the storage worker, the tab's only writer of model files. Types only. */
import type { Reply } from '../engine/api.ts';
import type { WireError } from '../engine/errors.ts';
import type { ModelFile, ModelManifest } from '../engine/models/manifest.ts';
import type { ContractGuess } from '../engine/models/guess-contract.ts';
import type { InstalledFile, VariantKey } from '../platform/browser/model-files.ts';

export type { VariantKey };

/** Where one set of weights stands. */
export type VariantStatus =
  | { readonly state: 'absent' }
  | {
      readonly state: 'downloading';
      readonly phase:
        | 'connecting'
        | 'receiving'
        /** Reads again what an earlier run kept. */
        | 'hashing'
        /** Backs off after a failure; `retryInMs` says how long. */
        | 'waiting'
        /** Another tab downloads it; this one only watches. */
        | 'other-tab';
      readonly receivedBytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number | null;
      readonly secondsLeft: number | null;
      /** Failed attempts in a row. */
      readonly attempt: number;
      readonly retryInMs: number | null;
    }
  | {
      readonly state: 'paused';
      readonly reason: 'user' | 'interrupted' | 'offline' | 'storage-full';
      readonly receivedBytes: number;
      readonly totalBytes: number;
    }
  | { readonly state: 'verifying'; /** In [0, 1]. */ readonly fraction: number }
  | {
      readonly state: 'ready';
      readonly sizeBytes: number;
      readonly installedAtMs: number;
      readonly files: readonly InstalledFile[];
      /** Memory only: addresses of the files, in the order of `files`, valid while this tab lives. */
      readonly blobUrls: readonly string[] | null;
    }
  | { readonly state: 'failed'; readonly error: WireError };

export interface StatusEvent {
  readonly key: VariantKey;
  readonly status: VariantStatus;
}

export interface DownloadRequest {
  readonly key: VariantKey;
  readonly files: readonly (ModelFile & { readonly url: string })[];
  readonly hubBaseUrl: string;
  /** The hub is a mirror: its content hosts' ETag may be trusted as a hash. */
  readonly isMirror: boolean;
}

export interface ImportRequest {
  readonly key: VariantKey;
  readonly files: readonly { readonly file: ModelFile; readonly blob: Blob }[];
  /** The contract that the graph must keep. */
  readonly manifest: ModelManifest;
  /** Keeps the manifest, too: the model is the user's own. */
  readonly isUserModel: boolean;
}

/** What dropped files are: a graph with the weights that belong to it, and its contract, given or guessed. */
export interface InspectedModel {
  /** Ready for `importFiles` once nothing is missing and the user has looked at it. */
  readonly manifest: ModelManifest;
  /** `given`: a manifest JSON was among the files. */
  readonly confidence: ContractGuess['confidence'] | 'given';
  readonly reasons: ContractGuess['reasons'];
  /** External data files that the graph names and the drop does not have. */
  readonly missingFiles: readonly string[];
  /** In the order of the manifest's files; those missing are left out. */
  readonly files: readonly { readonly file: ModelFile; readonly blob: Blob }[];
}

export interface StorageUsage {
  readonly models: readonly { readonly key: VariantKey; readonly sizeBytes: number }[];
  readonly modelsBytes: number;
  /** Of the whole origin, as the browser estimates; null: it does not say. */
  readonly totalBytes: number | null;
  readonly quotaBytes: number | null;
}

export interface StorageWorkerApi {
  /** Once: the one event channel; the current state of everything stored comes first. */
  connect(
    onEvent: (events: readonly StatusEvent[]) => void,
  ): Promise<Reply<{ readonly kind: 'opfs' | 'memory'; readonly userManifests: readonly string[] }>>;
  /** Starts, or resumes; another tab's download of the same variant is joined. Progress and outcome come as events. */
  download(request: DownloadRequest): Promise<void>;
  pause(key: VariantKey): Promise<void>;
  /** Stops and deletes what was received. */
  cancel(key: VariantKey): Promise<void>;
  /** Deletes an installed variant; waits for readers. */
  remove(key: VariantKey): Promise<void>;
  /** Hashes the installed files again; a wrong one is deleted and reported as failed. Gives the state that it ends in. */
  verify(key: VariantKey): Promise<VariantStatus>;
  inspect(files: readonly File[]): Promise<Reply<InspectedModel>>;
  /** Copies the user's files in, hashed and checked against the contract. */
  importFiles(request: ImportRequest): Promise<Reply<null>>;
  removeUserModel(modelId: string): Promise<Reply<null>>;
  /** Those that are stored now: another tab may have brought one. */
  readUserManifests(): Promise<readonly string[]>;
  measureUsage(): Promise<StorageUsage>;
}
