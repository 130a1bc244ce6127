/** What a drop or a paste holds, before any byte of it is read. */

export type DropKind =
  /** Files or folders: bytes are there. */
  | 'files'
  /** A picture inside an address: `data:image/png;base64,...`. */
  | 'data-url'
  /** Only the address of a picture on another site, which Isobath does not fetch. */
  | 'address'
  | 'nothing';

interface DropFacts {
  readonly fileCount: number;
  /** `text/uri-list`, or text that was pasted. */
  readonly text: string;
}

/** The first line of a uri list that is no comment (RFC 2483). */
export function firstUri(text: string): string | null {
  const line = text.split(/\r?\n/).find((candidate) => candidate.trim() !== '' && !candidate.startsWith('#'));
  return line?.trim() ?? null;
}

/** Bytes win: browsers hand over an address beside the file of a dragged image. */
export function classifyDrop({ fileCount, text }: DropFacts): DropKind {
  if (fileCount > 0) return 'files';
  const uri = firstUri(text);
  if (uri === null) return 'nothing';
  if (/^data:image\//i.test(uri)) return 'data-url';
  return /^(https?|ftp|blob|file):/i.test(uri) ? 'address' : 'nothing';
}

/** The bytes of a `data:image/...` address; null where it is not well formed. */
export function readDataUrl(url: string): Blob | null {
  const match = /^data:(image\/[\w.+-]+)(;[^,]*)?,(.*)$/is.exec(url);
  if (match === null) return null;
  const [, type, parameters, body] = match;
  try {
    if (!/;base64$/i.test(parameters ?? '')) return new Blob([decodeURIComponent(body ?? '')], { type });
    const binary = atob((body ?? '').trim());
    return new Blob([Uint8Array.from(binary, (char) => char.charCodeAt(0))], { type });
  } catch {
    return null;
  }
}

/** Files that systems leave in folders. */
const SYSTEM_NAME = /^(\.|thumbs\.db$|desktop\.ini$)/i;
/** Picture files that browsers give no type, and that get an answer of their own. */
const PICTURE_EXTENSION =
  /\.(jpe?g|jfif|png|apng|webp|avif|gif|bmp|svg|heic|heif|tiff?|jxl|dng|cr2|cr3|nef|arw|raf|orf|rw2)$/i;

export type FolderFileKind = 'picture' | 'other' | 'system';

/** In a folder, files that cannot be meant are left out; a file dropped by itself is always taken and answered. */
export function classifyFolderFile(name: string, type: string): FolderFileKind {
  if (SYSTEM_NAME.test(name)) return 'system';
  return type.startsWith('image/') || PICTURE_EXTENSION.test(name) ? 'picture' : 'other';
}

/** A drop with a graph in it is about a model. Pictures beside it are still pictures, all else belongs to the model. */
export function splitDrop<F extends Pick<File, 'name' | 'type'>>(
  files: readonly F[],
): { readonly modelFiles: readonly F[]; readonly pictures: readonly F[] } {
  if (!files.some(({ name }) => /\.onnx$/i.test(name))) return { modelFiles: [], pictures: files };
  const isPicture = ({ name, type }: F) => classifyFolderFile(name, type) === 'picture';
  return { modelFiles: files.filter((file) => !isPicture(file)), pictures: files.filter(isPicture) };
}
