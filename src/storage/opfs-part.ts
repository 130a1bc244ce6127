/** A part file behind a synchronous access handle: only dedicated workers have those, and they alone append in place. */
import type { PartFile } from './model-store.ts';

/** Takes over the handle: closing the part closes it. */
export function openSyncPart(handle: FileSystemSyncAccessHandle): PartFile {
  let sizeBytes = handle.getSize();
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    append(bytes) {
      const written = handle.write(bytes, { at: sizeBytes });
      // Instead of throwing, some browsers write what fits; Chromium then answers -8 as an unsigned number.
      if (written !== bytes.length) {
        handle.truncate(sizeBytes);
        throw new DOMException(`wrote ${written} of ${bytes.length} bytes`, 'QuotaExceededError');
      }
      sizeBytes += written;
    },
    read(offset, length) {
      const buffer = new Uint8Array(Math.max(0, Math.min(length, sizeBytes - offset)));
      return buffer.subarray(0, handle.read(buffer, { at: offset }));
    },
    clear() {
      handle.truncate(0);
      sizeBytes = 0;
    },
    close() {
      // A flush may find the disk full: whoever makes room must be able to open the file again.
      try {
        handle.flush();
      } finally {
        handle.close();
      }
    },
  };
}
