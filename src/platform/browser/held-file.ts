/** A file of the private file system that this worker holds open and reads piece by piece, without a blob between. */
import type { ByteSource } from '../../engine/models/protobuf.ts';

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
/** What lies between two weights is shorter. */
const WINDOW_BYTES = 4096;

export interface HeldFile {
  readonly sizeBytes: number;
  /** Fills `target`. Throws RangeError past the end, or where the file cannot be read. */
  read(offset: number, target: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** Null where that cannot be done here (on the page, in other browsers), or where the file has another size. */
export async function holdFile(file: FileSystemFileHandle, sizeBytes: number): Promise<HeldFile | null> {
  const { createSyncAccessHandle: open } = file as { readonly createSyncAccessHandle?: OpenShared };
  if (open === undefined) return null;
  const handle = await open.call(file, { mode: 'read-only' }).catch(() => null);
  if (handle === null) return null;
  if (handle.mode !== 'read-only' || handle.getSize() !== sizeBytes) {
    handle.close();
    return null;
  }
  return {
    sizeBytes,
    read(offset, target) {
      for (let at = 0; at < target.length;) {
        const read = handle.read(target.subarray(at, at + MAX_READ_BYTES), { at: offset + at });
        if (read <= 0) throw new RangeError(`byte ${offset + at} of ${sizeBytes}`);
        at += read;
      }
    },
    close: () => handle.close(),
  };
}

/** For small fields that lie close together. */
export function createHeldSource(file: HeldFile): ByteSource {
  let windowStart = 0;
  let window = new Uint8Array(0);
  return {
    sizeBytes: file.sizeBytes,
    read(offset, length) {
      if (offset < windowStart || offset + length > windowStart + window.length) {
        const end = Math.min(file.sizeBytes, offset + Math.max(length, WINDOW_BYTES));
        if (offset + length > end) return Promise.reject(new RangeError(`byte ${offset + length} of ${end}`));
        window = new Uint8Array(end - offset);
        file.read(offset, window);
        windowStart = offset;
      }
      return Promise.resolve(window.subarray(offset - windowStart, offset - windowStart + length));
    },
  };
}

/**
 * The file where ONNX Runtime Web takes external data. It asks for `byteLength` and, weight by weight, for a `subarray`
 * that it copies at once (EM_ASM in onnxruntime's `external_data_loader.cc`, 1.30), so that no more than one weight is
 * in memory beside its copy. Of use for that alone: its own length is 0.
 */
export function asExternalData(file: HeldFile): Uint8Array<ArrayBuffer> {
  // One for all weights: fresh pages cost as much as the reading.
  let scratch = new Uint8Array(0);
  return Object.defineProperties(new Uint8Array(0), {
    byteLength: { value: file.sizeBytes },
    subarray: {
      value: (begin: number, end: number): Uint8Array => {
        const length = end - begin;
        if (length > scratch.length) scratch = new Uint8Array(length);
        const weight = scratch.subarray(0, length);
        file.read(begin, weight);
        return weight;
      },
    },
  });
}
