/** Bytes of the models that ship with the app: fetched from our own origin, checked against the manifest. */
import { EngineError } from '../../engine/errors.ts';
import type { ModelFile, ModelManifest, ModelVariant } from '../../engine/models/manifest.ts';
import type { ModelBytes } from '../../engine/platform.ts';

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Fraction of all bytes in [0, 1]. */
  readonly onProgress: (fraction: number | null) => void;
}

export interface ModelSource {
  readonly fetch: typeof fetch;
  /** Absolute URL of the app's base. */
  readonly baseUrl: string;
}

function toHex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function checkSha256(bytes: Uint8Array<ArrayBuffer>, file: ModelFile): Promise<void> {
  // No WebCrypto on plain http: the app itself is unauthenticated there, and a check of its files would prove nothing.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (file.sha256 === null || !subtle) return;
  const actual = toHex(await subtle.digest('SHA-256', bytes));
  if (actual === file.sha256) return;
  throw new EngineError('MODEL_CHECKSUM_MISMATCH', `${file.name} has sha256 ${actual}, not ${file.sha256}.`, {
    details: { expected: file.sha256, actual },
  });
}

async function readBody(
  response: Response,
  sizeBytes: number,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  let bytes = new Uint8Array(sizeBytes);
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length + value.length > bytes.length) {
      const grown = new Uint8Array(Math.max(bytes.length * 2, length + value.length));
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(value, length);
    length += value.length;
    onBytes(value.length);
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}

async function fetchFile(
  file: ModelFile,
  source: ModelSource,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  if (file.url === null) {
    throw new EngineError('MODEL_NOT_FOUND', `The embedded model file ${file.name} has no URL.`);
  }
  const url = new URL(file.url, source.baseUrl);
  let response: Response;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    response = await source.fetch(url, { signal });
    if (!response.ok) {
      throw new EngineError('MODEL_FETCH_FAILED', `${url.pathname} answered ${response.status}.`, {
        details: { status: response.status },
      });
    }
    bytes = await readBody(response, file.sizeBytes, onBytes);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof EngineError) throw error;
    throw new EngineError('MODEL_FETCH_FAILED', `${url.pathname} could not be fetched.`, { cause: error });
  }
  await checkSha256(bytes, file);
  return bytes;
}

/** Throws MODEL_FETCH_FAILED, MODEL_CHECKSUM_MISMATCH, MODEL_NOT_FOUND; an abort rejects with `signal.reason`. */
export async function loadEmbeddedModel(
  model: ModelManifest,
  variant: ModelVariant,
  source: ModelSource,
  { signal, onProgress }: LoadOptions,
): Promise<ModelBytes> {
  const totalBytes = variant.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  const onBytes = (count: number) => {
    doneBytes += count;
    onProgress(totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : null);
  };
  const files = await Promise.all(
    variant.files.map(async (file) => ({ file, bytes: await fetchFile(file, source, signal, onBytes) })),
  );
  const graph = files.find(({ file }) => file.role === 'graph');
  if (!graph) throw new EngineError('MODEL_INVALID', `${model.id}/${variant.id} names no graph file.`);
  return {
    graph: graph.bytes,
    externalData: files
      .filter(({ file }) => file.role === 'external-data')
      .map(({ file, bytes }) => ({ name: file.name, bytes })),
  };
}
