/**
 * The library at rest: IndexedDB, one row of facts and one Blob per picture. Loaded lazily.
 * Bounded in count and bytes: the oldest pictures are dropped first.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import * as z from 'zod/mini';
import { EngineError, ERROR_CODES, type WireError } from '../../engine/errors.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import { KEPT_LIMITS, type KeptLimits } from './library-limits.ts';

const wireError = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  causes: z.array(z.string()),
  aborted: z.boolean(),
});

const storedPicture = z.object({
  id: z.string(),
  name: z.string(),
  addedAtMs: z.number(),
  sha256: z.nullable(z.string()),
  widthPx: z.nullable(z.number()),
  heightPx: z.nullable(z.number()),
  thumbnail: z.nullable(z.instanceof(Blob)),
  hints: z.array(z.string()),
  isSample: z.boolean(),
  task: z.optional(z.nullable(z.enum(['depth', 'parsing', 'both']))),
  outcome: z.discriminatedUnion('state', [
    z.object({ state: z.literal('open') }),
    z.object({ state: z.literal('done') }),
    z.object({ state: z.literal('cancelled') }),
    z.object({ state: z.literal('failed'), error: wireError }),
  ]),
  /** Of the source. */
  sizeBytes: z.number(),
});

type StoredPicture = z.infer<typeof storedPicture>;

interface Schema extends DBSchema {
  pictures: { key: string; value: unknown };
  sources: { key: string; value: Blob };
}

export interface LibraryStorage {
  /** Oldest first. Rows that cannot be read are dropped. */
  readAll(): Promise<LibraryImage[]>;
  /** Writes pictures with their bytes. Returns the ids that had to go, or were not kept, to stay within the limits. Throws STORAGE_FULL, STORAGE_UNAVAILABLE. */
  put(images: readonly LibraryImage[]): Promise<readonly string[]>;
  /** Writes changed facts of pictures that are kept; others are ignored. */
  update(images: readonly LibraryImage[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  measure(): { readonly count: number; readonly sizeBytes: number };
  close(): void;
}

export interface LibraryStorageOptions {
  readonly databaseName?: string;
  readonly limits?: KeptLimits;
}

function toPlainError(error: WireError): z.infer<typeof wireError> {
  return { ...error, details: { ...error.details }, causes: [...error.causes] };
}

function toRow(image: LibraryImage, sizeBytes: number): StoredPicture {
  const { id, name, addedAtMs, sha256, widthPx, heightPx, thumbnail, hints, isSample, task, outcome } = image;
  return {
    id,
    name,
    addedAtMs,
    sha256,
    widthPx,
    heightPx,
    thumbnail,
    hints: [...hints],
    isSample,
    task,
    outcome: outcome.state === 'failed' ? { state: 'failed', error: toPlainError(outcome.error) } : outcome,
    sizeBytes,
  };
}

/** A transaction each: few enough to be quick, small enough that one failure costs little. */
const BATCH_COUNT = 10;
const BATCH_BYTES = 64 * 1024 * 1024;

/** A picture and its size: asking a file on disk for it is slow, so it is asked once. */
interface SizedImage {
  readonly image: LibraryImage;
  readonly sizeBytes: number;
}

function splitIntoBatches(images: readonly SizedImage[], limits: KeptLimits): SizedImage[][] {
  const maxBytes = Math.min(BATCH_BYTES, limits.maxBytes);
  const maxCount = Math.min(BATCH_COUNT, limits.maxCount);
  const batches: SizedImage[][] = [];
  let bytes = 0;
  for (const sized of images) {
    const last = batches.at(-1);
    bytes += sized.sizeBytes;
    if (last === undefined || last.length >= maxCount || bytes > maxBytes) {
      batches.push([sized]);
      bytes = sized.sizeBytes;
    } else last.push(sized);
  }
  return batches;
}

function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/** Throws STORAGE_UNAVAILABLE where IndexedDB is blocked. */
export async function openLibraryStorage(options: LibraryStorageOptions = {}): Promise<LibraryStorage> {
  const { databaseName = 'isobath-library', limits = KEPT_LIMITS } = options;
  let database: IDBPDatabase<Schema>;
  try {
    database = await openDB<Schema>(databaseName, 1, {
      upgrade(db) {
        db.createObjectStore('pictures', { keyPath: 'id' });
        db.createObjectStore('sources');
      },
      // A newer version in another tab must not wait for this one.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch (cause) {
    throw new EngineError('STORAGE_UNAVAILABLE', 'IndexedDB cannot be opened', { cause });
  }

  /** Sizes of what is kept, oldest first. */
  const kept = new Map<string, number>();

  const sumBytes = () => [...kept.values()].reduce((sum, size) => sum + size, 0);

  async function drop(ids: readonly string[]): Promise<void> {
    const transaction = database.transaction(['pictures', 'sources'], 'readwrite');
    for (const id of ids) {
      void transaction.objectStore('pictures').delete(id);
      void transaction.objectStore('sources').delete(id);
    }
    await transaction.done;
    for (const id of ids) kept.delete(id);
  }

  async function write(images: readonly SizedImage[]): Promise<void> {
    const transaction = database.transaction(['pictures', 'sources'], 'readwrite');
    const pictures = transaction.objectStore('pictures');
    const sources = transaction.objectStore('sources');
    for (const { image, sizeBytes } of images) {
      // The requests are awaited through `done`; a rejection of one aborts the transaction.
      sources.put(image.source, image.id).catch(() => undefined);
      pictures.put(toRow(image, sizeBytes)).catch(() => undefined);
    }
    await transaction.done;
    for (const { image, sizeBytes } of images) kept.set(image.id, sizeBytes);
  }

  /** The oldest pictures that must go so that the images fit beside the rest. */
  function chooseVictims(images: readonly SizedImage[]): string[] {
    const victims: string[] = [];
    let bytes = sumBytes() + images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let count = kept.size + images.length;
    for (const [id, size] of kept) {
      if (bytes <= limits.maxBytes && count <= limits.maxCount) break;
      victims.push(id);
      bytes -= size;
      count -= 1;
    }
    return victims;
  }

  /** Drops the older half of what is kept and tries once more. */
  async function writeWithLessRoom(images: readonly SizedImage[], cause: unknown): Promise<string[]> {
    const names = images.map(({ image }) => image.name).join(', ');
    const half = [...kept.keys()].slice(0, Math.ceil(kept.size / 2));
    if (half.length === 0) throw new EngineError('STORAGE_FULL', `no room for ${names}`, { cause });
    await drop(half);
    try {
      await write(images);
      return half;
    } catch (second) {
      throw new EngineError('STORAGE_FULL', `no room for ${names}`, { cause: second });
    }
  }

  /** All of them together must fit the limits. */
  async function putBatch(images: readonly SizedImage[]): Promise<string[]> {
    const victims = chooseVictims(images);
    if (victims.length > 0) await drop(victims);
    try {
      await write(images);
      return victims;
    } catch (cause) {
      if (!isQuotaError(cause))
        throw new EngineError('STORAGE_UNAVAILABLE', 'cannot keep pictures', { cause });
      return [...victims, ...(await writeWithLessRoom(images, cause))];
    }
  }

  return {
    async readAll() {
      const transaction = database.transaction(['pictures', 'sources'], 'readonly');
      const [rows, sources, keys] = await Promise.all([
        transaction.objectStore('pictures').getAll(),
        transaction.objectStore('sources').getAll(),
        transaction.objectStore('sources').getAllKeys(),
      ]);
      const sourceById = new Map(keys.map((key, index) => [key, sources[index]]));
      const images: LibraryImage[] = [];
      const broken: string[] = [];
      for (const row of rows) {
        const parsed = storedPicture.safeParse(row);
        const source = parsed.success ? sourceById.get(parsed.data.id) : undefined;
        if (parsed.success && source) {
          const { sizeBytes: sourceBytes, ...facts } = parsed.data;
          if (sourceBytes === source.size) images.push({ ...facts, source });
          else broken.push(facts.id);
        } else if (typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string') {
          broken.push(row.id);
        }
      }
      if (broken.length > 0) await drop(broken);
      images.sort((a, b) => a.addedAtMs - b.addedAtMs);
      kept.clear();
      for (const image of images) kept.set(image.id, image.source.size);
      return images;
    },

    async put(images) {
      const sized = images
        .filter((image) => !kept.has(image.id))
        .map((image) => ({ image, sizeBytes: image.source.size }));
      const fitting = sized.filter(({ sizeBytes }) => sizeBytes <= limits.maxBytes);
      const gone = sized.filter((entry) => !fitting.includes(entry)).map(({ image }) => image.id);
      for (const batch of splitIntoBatches(fitting, limits)) gone.push(...(await putBatch(batch)));
      return gone;
    },

    async update(images) {
      const transaction = database.transaction('pictures', 'readwrite');
      for (const image of images) {
        const sizeBytes = kept.get(image.id);
        if (sizeBytes !== undefined) transaction.store.put(toRow(image, sizeBytes)).catch(() => undefined);
      }
      await transaction.done;
    },

    remove: (ids) => drop(ids),

    async clear() {
      const transaction = database.transaction(['pictures', 'sources'], 'readwrite');
      void transaction.objectStore('pictures').clear();
      void transaction.objectStore('sources').clear();
      await transaction.done;
      kept.clear();
    },

    measure: () => ({ count: kept.size, sizeBytes: sumBytes() }),

    close: () => database.close(),
  };
}
