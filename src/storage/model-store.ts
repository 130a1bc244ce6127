/** Where model files are written: the origin's private file system, or memory where there is none. */
import type { InstalledFile, InstalledMarker, VariantKey } from '../platform/browser/model-files.ts';

/** A file being written; bytes are appended. One writer at a time. */
export interface PartFile {
  readonly sizeBytes: number;
  /** Appends. Throws QuotaExceededError (DOMException) when the disk or the quota is full. */
  append(bytes: Uint8Array): void;
  /** Up to `length` bytes from `offset`; shorter at the end. */
  read(offset: number, length: number): Uint8Array;
  /** Forgets everything written. */
  clear(): void;
  /** Makes what was written durable and gives the file free. */
  close(): void;
}

/** What a resumed download must know of each file; kept beside the parts. */
export interface DownloadRecord {
  readonly schemaVersion: 1;
  /** `paused`: the user said so; `running`: whoever finds it was interrupted. */
  readonly intent: 'running' | 'paused';
  /** Hub that the first bytes came from. */
  readonly hubBaseUrl: string;
  readonly totalBytes: number;
  readonly files: Readonly<Record<string, FileRecord>>;
}

/** How far one file of a download is. */
export interface FileRecord {
  /** Validator of the bytes so far; null where the server gives none, or hides it. */
  readonly etag: string | null;
  /** Whole length; null while unknown. */
  readonly sizeBytes: number | null;
  /** Set when the file is complete and verified, while others of the variant are still missing. */
  readonly done: InstalledFile | null;
}

/** A variant that storage holds something of. */
export interface StoredVariant {
  readonly key: VariantKey;
  readonly marker: InstalledMarker | null;
  readonly download: DownloadRecord | null;
  /** Bytes of all files in its directory. */
  readonly sizeBytes: number;
}

export interface ModelStore {
  readonly kind: 'opfs' | 'memory';
  list(): Promise<readonly StoredVariant[]>;
  describe(key: VariantKey): Promise<StoredVariant>;
  /** Opens `<name>.part` for appending, made when missing. Throws STORAGE_FULL, STORAGE_UNAVAILABLE. */
  openPart(key: VariantKey, name: string): Promise<PartFile>;
  /** Gives a closed part its final name where the browser can; returns the name it is stored under. */
  finishPart(key: VariantKey, name: string): Promise<string>;
  writeDownloadRecord(key: VariantKey, record: DownloadRecord | null): Promise<void>;
  /** The last step of an installation; its readers see all files or none. */
  writeMarker(key: VariantKey, marker: InstalledMarker): Promise<void>;
  /** A stored file, for reading. Null: missing. */
  openFile(key: VariantKey, storedName: string): Promise<Blob | null>;
  /** Deletes the variant's files but these: what was replaced, and what a replacement that was cut off has left. */
  prune(key: VariantKey, storedNames: readonly string[]): Promise<void>;
  /** Deletes the variant: marker first, so that a half deletion counts as none. */
  remove(key: VariantKey): Promise<void>;
  readUserManifests(): Promise<readonly string[]>;
  /** Null deletes. */
  writeUserManifest(modelId: string, json: string | null): Promise<void>;
  /** First-seen hashes: `<variant key>/<file name>` to hex. */
  readPins(): Promise<Readonly<Record<string, string>>>;
  writePin(name: string, sha256: string): Promise<void>;
}
