/**
 * The library at rest: IndexedDB, one row of facts and one Blob (or its bytes) per picture. Loaded lazily.
 * Bounded in count and bytes: the oldest pictures are dropped first.
 */
import { EngineError } from '../../engine/errors.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import { openLibraryDatabase } from './library-database.ts';
import { KEPT_LIMITS, type KeptLimits } from './library-limits.ts';
import { readRow, toRow, type LibraryRow } from './library-row.ts';
import { packBlob, readStoredBlob, type StoredBlob } from './stored-blob.ts';

export interface LibraryStorage {
  /** Oldest first. Rows that cannot be read are dropped. */
  readAll(): Promise<LibraryImage[]>;
  /** Writes pictures with their bytes; a file that can no longer be read is passed over. Returns the ids that had to go, or were not kept, to stay within the limits. Throws STORAGE_FULL, STORAGE_UNAVAILABLE. */
  put(images: readonly LibraryImage[]): Promise<readonly string[]>;
  /** Writes changed facts of pictures that are kept; others are ignored. */
  update(images: readonly LibraryImage[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  /** Another tab has written these: they count here, too, and their facts may be updated. */
  adopt(images: readonly LibraryImage[]): void;
  /** Another tab has removed these. */
  forget(ids: readonly string[]): void;
  measure(): { readonly count: number; readonly sizeBytes: number };
  close(): void;
}

export interface LibraryStorageOptions {
  readonly databaseName?: string;
  readonly limits?: KeptLimits;
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

/** Without files that were moved, changed or are on a drive that is gone: one of them aborts the whole transaction. */
async function keepReadable(images: readonly SizedImage[]): Promise<SizedImage[]> {
  const readable = await Promise.all(
    images.map(({ image: { source } }) =>
      source
        .slice(0, 1)
        .arrayBuffer()
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  return images.filter((_, index) => readable[index]);
}

/** Requests are awaited through their transaction, which the failure of one aborts. */
function ignore(): void {}

function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/** In no library: ids are random. */
const PROBE_KEY = 'probe';

/** Private windows of Safari say the first, older browsers the second. */
function isBlobRefused(error: unknown): boolean {
  return error instanceof DOMException && ['UnknownError', 'DataCloneError'].includes(error.name);
}

/** Throws STORAGE_UNAVAILABLE where IndexedDB is blocked. */
export async function openLibraryStorage(options: LibraryStorageOptions = {}): Promise<LibraryStorage> {
  const { databaseName = 'isobath-library', limits = KEPT_LIMITS } = options;

  /** Sizes of what is kept, oldest first. */
  const kept = new Map<string, number>();

  const database = await openLibraryDatabase(databaseName, {
    // Another tab may have emptied it.
    onReopen(keys) {
      const stored = new Set(keys);
      for (const id of [...kept.keys()]) if (!stored.has(id)) kept.delete(id);
    },
  });

  /** Whether IndexedDB stores Blobs here; null until somebody has to know. */
  let blobs: Promise<boolean> | null = null;

  /** Asked with one of a byte: the second one that is refused hangs Safari's database for good. */
  async function probeBlobs(): Promise<boolean> {
    try {
      await database.write(({ sources }) => {
        sources.put(new Blob(['?']), PROBE_KEY).catch(ignore);
        sources.delete(PROBE_KEY).catch(ignore);
      });
      return true;
    } catch (error) {
      return !isBlobRefused(error);
    }
  }

  function takesBlobs(): Promise<boolean> {
    return (blobs ??= probeBlobs());
  }

  async function makeRow({ image, sizeBytes }: SizedImage): Promise<LibraryRow> {
    const isPacked = image.thumbnail !== null && !(await takesBlobs());
    return toRow(image, sizeBytes, isPacked ? await packBlob(image.thumbnail) : null);
  }

  async function makeSource({ image: { source } }: SizedImage): Promise<StoredBlob> {
    return (await takesBlobs()) ? source : await packBlob(source);
  }

  const sumBytes = () => [...kept.values()].reduce((sum, size) => sum + size, 0);

  async function drop(ids: readonly string[]): Promise<void> {
    await database.write(({ pictures, sources }) => {
      for (const id of ids) {
        pictures.delete(id).catch(ignore);
        sources.delete(id).catch(ignore);
      }
    });
    for (const id of ids) kept.delete(id);
  }

  async function write(images: readonly SizedImage[]): Promise<void> {
    const entries = await Promise.all(
      images.map(async (sized) => ({ row: await makeRow(sized), source: await makeSource(sized) })),
    );
    await database.write(({ pictures, sources }) => {
      for (const { row, source } of entries) {
        sources.put(source, row.id).catch(ignore);
        pictures.put(row).catch(ignore);
      }
    });
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
      if (isQuotaError(cause)) return [...victims, ...(await writeWithLessRoom(images, cause))];
      const readable = await keepReadable(images);
      if (readable.length === images.length)
        throw new EngineError('STORAGE_UNAVAILABLE', 'cannot keep pictures', { cause });
      return readable.length === 0 ? victims : [...victims, ...(await putBatch(readable))];
    }
  }

  return {
    async readAll() {
      const { rows, sources, keys } = await database.readAll();
      const [known] = sources;
      if (known !== undefined) blobs = Promise.resolve(known instanceof Blob);
      const sourceById = new Map(keys.map((key, index) => [key, sources[index]]));
      const images: LibraryImage[] = [];
      const broken: string[] = [];
      for (const row of rows) {
        const picture = readRow(row);
        const source = picture === null ? null : readStoredBlob(sourceById.get(picture.id));
        if (picture !== null && source !== null) {
          const { sizeBytes: sourceBytes, ...facts } = picture;
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
      const rows = await Promise.all(
        images.map((image) => makeRow({ image, sizeBytes: kept.get(image.id) ?? 0 })),
      );
      await database.write(({ pictures }) => {
        // Only now: another tab may have removed some.
        for (const row of rows) if (kept.has(row.id)) pictures.put(row).catch(ignore);
      });
    },

    remove: (ids) => drop(ids),

    async clear() {
      await database.write(({ pictures, sources }) => {
        pictures.clear().catch(ignore);
        sources.clear().catch(ignore);
      });
      kept.clear();
    },

    adopt(images) {
      for (const { id, source } of images) kept.set(id, source.size);
    },

    forget(ids) {
      for (const id of ids) kept.delete(id);
    },

    measure: () => ({ count: kept.size, sizeBytes: sumBytes() }),

    close: () => database.close(),
  };
}
