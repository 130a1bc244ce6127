/** What the origin's private file system leaves to its users: whole paths, small texts that are never half there. */
import { ignoreNotFound, openFile } from '../platform/browser/model-files.ts';

/** `move` is in no lib yet (whatwg/fs pull 10). Safari has it with both arguments only. */
interface MovableFile {
  move(parent: FileSystemDirectoryHandle, name: string): Promise<void>;
}

export function isMovable(handle: object): handle is MovableFile {
  return 'move' in handle && typeof handle.move === 'function';
}

/** Makes what is missing of the path. */
export async function makeDirectory(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemDirectoryHandle> {
  let directory = root;
  for (const name of path) directory = await directory.getDirectoryHandle(name, { create: true });
  return directory;
}

/** Small texts. Written beside and then moved where possible: a reader never sees half of one. */
export async function writeText(
  directory: FileSystemDirectoryHandle,
  name: string,
  text: string,
): Promise<void> {
  const temporary = await directory.getFileHandle(`${name}.new`, { create: true });
  const target = isMovable(temporary) ? temporary : await directory.getFileHandle(name, { create: true });
  const handle = await target.createSyncAccessHandle();
  try {
    const bytes = new TextEncoder().encode(text);
    handle.truncate(0);
    const written = handle.write(bytes, { at: 0 });
    // No room: what was there before stays.
    if (written !== bytes.length) throw new DOMException(`wrote ${written} bytes`, 'QuotaExceededError');
    handle.flush();
  } finally {
    handle.close();
  }
  if (isMovable(temporary)) await temporary.move(directory, name);
}

/** With all that is in it; what is not there is removed. */
export async function removeEntry(directory: FileSystemDirectoryHandle, name: string): Promise<void> {
  await directory.removeEntry(name, { recursive: true }).catch(ignoreNotFound);
}

/** What is removed while it is looked at is not there. */
export async function listEntries(
  directory: FileSystemDirectoryHandle,
): Promise<readonly (FileSystemDirectoryHandle | FileSystemFileHandle)[]> {
  const entries: (FileSystemDirectoryHandle | FileSystemFileHandle)[] = [];
  try {
    for await (const entry of directory.values()) entries.push(entry);
  } catch (error) {
    ignoreNotFound(error);
  }
  return entries;
}

/** Null: missing, or not whole. */
export async function readJson(directory: FileSystemDirectoryHandle, name: string): Promise<unknown> {
  const file = await openFile(directory, name);
  if (file === null) return null;
  try {
    return JSON.parse(await file.text());
  } catch {
    return null; // cut off while it was written: as if it were not there
  }
}
