/** Files out of drops: single ones, several, folders with all that is in them, in natural order. */
import { classifyFolderFile } from './classify-drop.ts';

export interface CollectedFiles {
  readonly files: readonly File[];
  /** Files in folders that are no pictures. */
  readonly skippedCount: number;
}

interface Found {
  readonly path: string;
  readonly file: File;
  readonly isInFolder: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** `img2` before `img10`. */
export function compareNaturally(a: string, b: string): number {
  return collator.compare(a, b);
}

function readBatch(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function readFile(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

async function walk(
  entry: FileSystemEntry,
  path: string,
  isInFolder: boolean,
  found: Found[],
): Promise<void> {
  try {
    if (isFileEntry(entry)) {
      found.push({ path: path + entry.name, file: await readFile(entry), isInFolder });
    } else if (isDirectoryEntry(entry)) {
      const reader = entry.createReader();
      // A reader gives a folder in parts; an empty part is the end.
      for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
        for (const child of batch) await walk(child, `${path}${entry.name}/`, true, found);
      }
    }
  } catch {
    // A file that vanished or may not be read does not stop the others.
  }
}

/** Sorts and filters what was found. */
export function arrangeFiles(found: readonly Found[]): CollectedFiles {
  const kinds = found.map(({ file, isInFolder }) =>
    isInFolder ? classifyFolderFile(file.name, file.type) : 'picture',
  );
  return {
    files: found
      .filter((_, index) => kinds[index] === 'picture')
      .sort((a, b) => compareNaturally(a.path, b.path))
      .map(({ file }) => file),
    skippedCount: kinds.filter((kind) => kind === 'other').length,
  };
}

/** Must be called inside the event: the transfer is empty afterwards. */
export async function collectFromTransfer(transfer: DataTransfer): Promise<CollectedFiles> {
  const roots = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  const found: Found[] = [];
  for (const { entry, file } of roots) {
    if (entry?.isDirectory) await walk(entry, '', false, found);
    else if (file) found.push({ path: file.name, file, isInFolder: false });
  }
  return arrangeFiles(found);
}

/** From a picker; a folder picker gives paths with its files. */
export function collectFromList(list: Iterable<File>): CollectedFiles {
  return arrangeFiles(
    [...list].map((file) => ({
      path: file.webkitRelativePath || file.name,
      file,
      isInFolder: file.webkitRelativePath !== '',
    })),
  );
}
