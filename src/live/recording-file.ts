/** A file in the origin's private storage that a recording grows in: an hour of video does not fit memory. */
export interface RecordingFile {
  write(bytes: Uint8Array<ArrayBuffer>, position: number): void;
  /** The finished file; it stays until the next recording is opened. */
  close(type: string): Promise<Blob>;
  discard(): Promise<void>;
}

const FOLDER = 'recordings';

/** Null where the browser gives no private storage (private windows, plain http): memory must do. */
export async function openRecordingFile(): Promise<RecordingFile | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const name = `${crypto.randomUUID()}.video`;
    // The download of the last one is over, or will never be.
    await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const handle = await folder.getFileHandle(name, { create: true });
    const access = await handle.createSyncAccessHandle();
    return {
      write(bytes, position) {
        access.write(bytes, { at: position });
      },
      async close(type) {
        access.close();
        const file = await handle.getFile();
        return file.slice(0, file.size, type);
      },
      async discard() {
        access.close();
        await folder.removeEntry(name).catch(() => undefined);
      },
    };
  } catch {
    return null;
  }
}
