/** The steps that turn written bytes into an installed model: hash, compare, name, mark. */
import { EngineError } from '../engine/errors.ts';
import type { ModelFile } from '../engine/models/manifest.ts';
import { inspectOnnx } from '../engine/models/onnx-inspect.ts';
import { createWindowSource } from '../engine/models/protobuf.ts';
import {
  filesLockName,
  formatVariantKey,
  type HashOrigin,
  type InstalledFile,
  type VariantKey,
} from '../platform/browser/model-files.ts';
import type { Locks } from './locks.ts';
import type { ModelStore, PartFile } from './model-store.ts';

/** What a file's hash must be and who says so; `sha256` null: nobody does, the first one seen is pinned. */
export interface TrustedHash {
  readonly sha256: string | null;
  readonly origin: HashOrigin;
}

/** The catalogue's word, else the hub's, else the one first seen here. */
export async function findTrustedHash(
  store: ModelStore,
  key: VariantKey,
  file: ModelFile,
  hubSha256: string | null,
): Promise<TrustedHash> {
  if (file.sha256 !== null) return { sha256: file.sha256, origin: 'catalogue' };
  if (hubSha256 !== null) return { sha256: hubSha256, origin: 'hub' };
  const pins = await store.readPins();
  return { sha256: pins[formatPinName(key, file.name)] ?? null, origin: 'pinned' };
}

function formatPinName(key: VariantKey, name: string): string {
  return `${formatVariantKey(key)}/${encodeURIComponent(name)}`;
}

/** Throws MODEL_CHECKSUM_MISMATCH: a wrong file is never used. */
export function checkHash(name: string, actual: string, trusted: TrustedHash): void {
  if (trusted.sha256 === null || trusted.sha256 === actual) return;
  throw new EngineError('MODEL_CHECKSUM_MISMATCH', `${name} has sha256 ${actual}, not ${trusted.sha256}`, {
    details: { expected: trusted.sha256, actual, origin: trusted.origin },
  });
}

/** What no runtime of any version takes; the rest is for the session to say. */
const NO_MODEL: readonly unknown[] = [
  'empty',
  'html',
  'lfs-pointer',
  'zip',
  'json',
  'not-onnx',
  'truncated',
  'no-graph',
];

/**
 * Where nobody vouches for a graph it must at least be a whole one, before its hash is pinned: a wrong file would stand
 * in the way of the right one for ever. Throws MODEL_FETCH_FAILED (`details.reason`: no-model).
 */
export async function checkIsModel(part: PartFile, url: string): Promise<void> {
  const source = createWindowSource(part.sizeBytes, (start, end) => part.read(start, end - start));
  try {
    await inspectOnnx(source);
  } catch (cause) {
    if (!(cause instanceof EngineError) || !NO_MODEL.includes(cause.details.reason)) return;
    throw new EngineError('MODEL_FETCH_FAILED', `${url} is no whole ONNX model`, {
      cause,
      details: { reason: 'no-model', url, found: String(cause.details.reason) },
    });
  }
}

/** Gives a complete part its place; pins the hash when nobody else vouches for it. */
export async function finishFile(
  store: ModelStore,
  key: VariantKey,
  file: ModelFile,
  received: { readonly sizeBytes: number; readonly sha256: string },
  origin: HashOrigin,
  partName = file.name,
): Promise<InstalledFile> {
  const storedName = await store.finishPart(key, partName);
  if (origin === 'pinned') await store.writePin(formatPinName(key, file.name), received.sha256);
  return { role: file.role, name: file.name, storedName, hashOrigin: origin, ...received };
}

/** The marker, under the lock that readers share: they see all files or none. */
export async function markInstalled(
  store: ModelStore,
  locks: Locks,
  key: VariantKey,
  files: readonly InstalledFile[],
  installedAtMs: number,
): Promise<void> {
  await locks.runExclusive(filesLockName(key), async () => {
    await store.writeMarker(key, { schemaVersion: 1, files, installedAtMs });
    await store.writeDownloadRecord(key, null);
    // What was there before; where it cannot be deleted now, the next visit does.
    const storedNames = files.map(({ storedName }) => storedName);
    await store.prune(key, storedNames).catch(() => undefined);
  });
}
