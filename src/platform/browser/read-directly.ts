/** Chromium's handles that many workers may hold at once; others know exclusive ones only, and ignore the option. */
interface SharedHandle {
  readonly mode?: string;
  getSize(): number;
  read(target: Uint8Array, options: { at: number }): number;
  close(): void;
}
type OpenShared = (options: { mode: 'read-only' }) => Promise<SharedHandle>;

/** One call never asks for more: some systems refuse reads of 2 GiB. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * The bytes of a file in the private file system, read by this thread itself, without a blob and the browser process
 * between. Null where that cannot be done here (on the page, in other browsers), or where the file has another size.
 */
export async function readDirectly(
  file: FileSystemFileHandle,
  sizeBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { createSyncAccessHandle: open } = file as { readonly createSyncAccessHandle?: OpenShared };
  if (open === undefined) return null;
  const handle = await open.call(file, { mode: 'read-only' }).catch(() => null);
  if (handle === null) return null;
  try {
    if (handle.mode !== 'read-only' || handle.getSize() !== sizeBytes) return null;
    const bytes = new Uint8Array(sizeBytes);
    for (let at = 0; at < sizeBytes;) {
      const read = handle.read(bytes.subarray(at, at + MAX_READ_BYTES), { at });
      if (read <= 0 || read > sizeBytes - at) return null;
      at += read;
    }
    return bytes;
  } finally {
    handle.close();
  }
}
