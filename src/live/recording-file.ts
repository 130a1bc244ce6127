/** Files in the origin's private storage: an hour of video does not fit memory. */
import type { RecordingFile } from './finish-recording.ts';

const FOLDER = 'recordings';

async function openFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

async function createFile(folder: FileSystemDirectoryHandle): Promise<RecordingFile> {
  const name = `${crypto.randomUUID()}.video`;
  const handle = await folder.getFileHandle(name, { create: true });
  const access = await handle.createSyncAccessHandle();
  return {
    name,
    write(bytes, position) {
      // On a full disk some browsers throw, and some write what fits, or answer with nonsense.
      if (access.write(bytes, { at: position }) !== bytes.byteLength) {
        throw new DOMException('The disk is full', 'QuotaExceededError');
      }
    },
    close() {
      access.close();
      return handle.getFile();
    },
    async discard() {
      access.close();
      await removeRecording(name);
    },
  };
}

/** A file for a new recording. Null where the browser gives no private storage (private windows, plain http): memory must do. */
export async function openRecordingFile(): Promise<RecordingFile | null> {
  try {
    const root = await navigator.storage.getDirectory();
    // The download of the last one is over, or will never be.
    await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
    return await createFile(await openFolder());
  } catch {
    return null;
  }
}

/** A second file beside the recording that it is copied from. Throws what the browser throws. */
export async function openFinishedFile(): Promise<RecordingFile> {
  return createFile(await openFolder());
}

/** What a worker that died has written. Throws what the browser throws where there is none. */
export async function findRecording(name: string): Promise<File> {
  return (await (await openFolder()).getFileHandle(name)).getFile();
}

export async function removeRecording(name: string): Promise<void> {
  await (await openFolder()).removeEntry(name).catch(() => undefined);
}
