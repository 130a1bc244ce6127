/** Results to and from what IndexedDB stores: a small header and the untouched buffers. Lossless. */
import * as z from 'zod/mini';
import type { InferenceResult } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';

const provenanceSchema = z.object({
  modelId: z.string(),
  revision: z.string(),
  variant: z.string(),
  executionProvider: z.enum(['webgpu', 'wasm', 'cpu']),
  threads: z.number(),
  executor: z.enum(['worker-pool', 'remote']),
});

const sizeSchema = z.int().check(z.positive());

const baseFields = {
  pipeline: z.enum(['depth-estimation', 'human-parsing']),
  widthPx: sizeSchema,
  heightPx: sizeSchema,
  sourceWidthPx: sizeSchema,
  sourceHeightPx: sizeSchema,
  timings: z.object({
    load: z.number(),
    decode: z.number(),
    preprocess: z.number(),
    inference: z.number(),
    postprocess: z.number(),
  }),
  provenance: provenanceSchema,
};

const personSchema = z.object({
  score: z.nullable(z.number()),
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
});

/** A result without its buffers. */
const headerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('disparity'), ...baseFields }),
  z.object({ kind: z.literal('metric-depth'), focalLengthPx: z.nullable(z.number()), ...baseFields }),
  z.object({
    kind: z.literal('labels'),
    labelSet: z.string(),
    labels: z.array(z.string()),
    arePeopleEstimated: z.boolean(),
    people: z.array(personSchema),
    ...baseFields,
  }),
]);

export type ResultHeader = z.infer<typeof headerSchema>;

const entrySchema = z.object({
  key: z.string(),
  header: headerSchema,
  sizeBytes: z.number(),
  /** Of all buffers, see `checksum`. */
  checksum: z.number(),
  lastUsedAtMs: z.number(),
});

/** What is stored beside the buffers: enough for a task's summary. */
export type CacheEntry = z.infer<typeof entrySchema>;

/** Null for what was not written by this version of the app, or is damaged. */
export function parseCacheEntry(stored: unknown): CacheEntry | null {
  const parsed = entrySchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** FNV-1a over 32-bit words (the tail by bytes): finds damaged entries, in well under a millisecond per megabyte. */
function checksum(buffers: readonly ArrayBuffer[]): number {
  let hash = 0x811c9dc5;
  for (const buffer of buffers) {
    const wordCount = Math.floor(buffer.byteLength / 4);
    const words = new Uint32Array(buffer, 0, wordCount);
    for (let index = 0; index < wordCount; index += 1) {
      hash = Math.imul(hash ^ (words[index] ?? 0), 0x01000193);
    }
    for (const byte of new Uint8Array(buffer, wordCount * 4)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** The bytes of a typed array alone, without a copy where it fills its buffer. */
function ownBuffer(array: Float32Array | Uint8Array | Uint16Array): ArrayBuffer {
  const { buffer, byteLength } = array;
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) return buffer;
  return array.slice().buffer as ArrayBuffer;
}

function split(result: InferenceResult): { header: ResultHeader; buffers: ArrayBuffer[] } {
  switch (result.kind) {
    case 'disparity': {
      const { disparity, ...header } = result;
      return { header, buffers: [ownBuffer(disparity)] };
    }
    case 'metric-depth': {
      const { depthM, ...header } = result;
      return { header, buffers: [ownBuffer(depthM)] };
    }
    case 'labels': {
      const { labelsU8, instancesU16, labels, people, ...header } = result;
      return {
        header: { ...header, labels: [...labels], people: [...people] },
        buffers: instancesU16 ? [ownBuffer(labelsU8), ownBuffer(instancesU16)] : [ownBuffer(labelsU8)],
      };
    }
  }
}

/** Size of a result's buffers in bytes. */
export function resultSizeBytes(result: InferenceResult): number {
  return split(result).buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

export interface EncodedResult {
  readonly entry: CacheEntry;
  readonly buffers: ArrayBuffer[];
}

/** The buffers are shared with `result`, not copied: store them, do not transfer them. */
export function encodeResult(key: string, result: InferenceResult, nowMs: number): EncodedResult {
  const { header, buffers } = split(result);
  const sizeBytes = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  return { entry: { key, header, sizeBytes, checksum: checksum(buffers), lastUsedAtMs: nowMs }, buffers };
}

function corrupt(key: string, what: string): EngineError {
  return new EngineError('STORAGE_UNAVAILABLE', `The stored result ${key} is damaged: ${what}.`);
}

/** Throws STORAGE_UNAVAILABLE where buffers and header do not belong together. */
export function decodeResult(entry: CacheEntry, stored: unknown): InferenceResult {
  const { header, key } = entry;
  if (!Array.isArray(stored) || !stored.every((buffer) => buffer instanceof ArrayBuffer)) {
    throw corrupt(key, 'no buffers');
  }
  const [first, second] = stored;
  const pixelCount = header.widthPx * header.heightPx;
  const expectedBytes = pixelCount * (header.kind === 'labels' ? 1 : 4);
  if (!first || first.byteLength !== expectedBytes) throw corrupt(key, 'wrong length');
  if (second && second.byteLength !== pixelCount * 2) throw corrupt(key, 'wrong length');
  if (checksum(stored) !== entry.checksum) throw corrupt(key, 'wrong checksum');
  switch (header.kind) {
    case 'disparity':
      return { ...header, disparity: new Float32Array(first) };
    case 'metric-depth':
      return { ...header, depthM: new Float32Array(first) };
    case 'labels':
      return {
        ...header,
        labelsU8: new Uint8Array(first),
        instancesU16: second ? new Uint16Array(second) : null,
      };
  }
}
