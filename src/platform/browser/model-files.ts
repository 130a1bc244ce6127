/**
 * How installed models lie in the origin's private file system. The storage worker is the only writer; inference
 * workers read many at once, under a shared lock (`installed-bytes.ts`).
 *
 *     models/<model>/<revision>/<variant>/installed.json   the marker: without it nothing here is used
 *                                         <file>           a complete, verified file
 *                                         <file>.part      a download under way
 *                                         download.json    what a resumed download must know
 *     models/<model>/manifest.json                         user models only
 */
export const MODELS_DIRECTORY = 'models';
export const MARKER_NAME = 'installed.json';
export const MANIFEST_NAME = 'manifest.json';

/** Names one set of weights. */
export interface VariantKey {
  readonly modelId: string;
  readonly revision: string;
  readonly variant: string;
}

/** Where the trusted hash of a file came from; `pinned`: the first one seen here, later ones must equal it. */
export type HashOrigin = 'catalogue' | 'hub' | 'pinned' | 'user';

export interface InstalledFile {
  readonly role: 'graph' | 'external-data';
  /** As the graph refers to it. */
  readonly name: string;
  /** In storage: browsers without `move()` keep the name of the download. */
  readonly storedName: string;
  readonly sizeBytes: number;
  /** Lower-case hex of the whole file, computed here. */
  readonly sha256: string;
  readonly hashOrigin: HashOrigin;
}

export interface InstalledMarker {
  readonly schemaVersion: 1;
  readonly files: readonly InstalledFile[];
  readonly installedAtMs: number;
}

/** One text per variant: names locks, and keys maps. */
export function formatVariantKey(key: VariantKey): string {
  return [key.modelId, key.revision, key.variant].map(encodeURIComponent).join('/');
}

/** Readers hold it shared while they open files; installing and deleting hold it exclusively, briefly. */
export function filesLockName(key: VariantKey): string {
  return `isobath:model-files:${formatVariantKey(key)}`;
}

/** Directory names from the root to the variant. */
export function listVariantPath(key: VariantKey): readonly string[] {
  return [MODELS_DIRECTORY, ...[key.modelId, key.revision, key.variant].map(encodeName)];
}

/** A name that the file system takes: no separators, and neither "." nor "..". */
export function encodeName(text: string): string {
  return /^\.+$/.test(text) ? text.replaceAll('.', '%2E') : encodeURIComponent(text);
}

/** Walks down; null where a directory is missing. Throws what the browser throws when storage is not allowed. */
export async function openDirectory(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemDirectoryHandle | null> {
  let directory = root;
  for (const name of path) {
    const next = await directory.getDirectoryHandle(name).catch(ignoreNotFound);
    if (next === null) return null;
    directory = next;
  }
  return directory;
}

/** The marker, if it is whole and every file it names has its size: a half installation counts as none. */
export async function readMarker(directory: FileSystemDirectoryHandle): Promise<InstalledMarker | null> {
  const file = await openFile(directory, MARKER_NAME);
  const marker = file === null ? null : parseMarker(await file.text().catch(() => ''));
  if (marker === null) return null;
  for (const entry of marker.files) {
    const stored = await openFile(directory, entry.storedName);
    if (stored === null || stored.size !== entry.sizeBytes) return null;
  }
  return marker;
}

function parseMarker(text: string): InstalledMarker | null {
  try {
    const marker = JSON.parse(text) as Partial<InstalledMarker> | null;
    const isWhole = marker?.schemaVersion === 1 && Array.isArray(marker.files) && marker.files.length > 0;
    return isWhole ? (marker as InstalledMarker) : null;
  } catch {
    return null; // cut off while it was written
  }
}

export async function openFile(directory: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  const handle = await directory.getFileHandle(name).catch(ignoreNotFound);
  // Removed in between: as if it had never been there.
  return handle === null ? null : await handle.getFile().catch(ignoreNotFound);
}

/** For `catch`: a missing entry is null, anything else stays an error. */
export function ignoreNotFound(error: unknown): null {
  if (error instanceof DOMException && error.name === 'NotFoundError') return null;
  throw error;
}
