/** What is stored of a picture beside its bytes. */
import * as z from 'zod/mini';
import { ERROR_CODES, type WireError } from '../../engine/errors.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import { storedBlob, unpackBlob, type PackedBlob } from './stored-blob.ts';

const wireError = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  causes: z.array(z.string()),
  aborted: z.boolean(),
});

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  addedAtMs: z.number(),
  sha256: z.nullable(z.string()),
  widthPx: z.nullable(z.number()),
  heightPx: z.nullable(z.number()),
  thumbnail: z.nullable(storedBlob),
  hints: z.array(z.string()),
  isSample: z.boolean(),
  task: z.optional(z.nullable(z.enum(['depth', 'parsing', 'both']))),
  outcome: z.discriminatedUnion('state', [
    z.object({ state: z.literal('open') }),
    z.object({ state: z.literal('done') }),
    z.object({ state: z.literal('cancelled') }),
    z.object({ state: z.literal('failed'), error: wireError }),
  ]),
  /** Of the source. */
  sizeBytes: z.number(),
});

export type LibraryRow = z.infer<typeof rowSchema>;
type ReadRow = Omit<LibraryRow, 'thumbnail'> & Pick<LibraryImage, 'thumbnail'>;

function toPlainError(error: WireError): z.infer<typeof wireError> {
  return { ...error, details: { ...error.details }, causes: [...error.causes] };
}

/** `packed`: the thumbnail, where Blobs cannot be stored. */
export function toRow(image: LibraryImage, sizeBytes: number, packed: PackedBlob | null = null): LibraryRow {
  const { id, name, addedAtMs, sha256, widthPx, heightPx, hints, isSample, task, outcome } = image;
  return {
    id,
    name,
    addedAtMs,
    sha256,
    widthPx,
    heightPx,
    thumbnail: packed ?? image.thumbnail,
    hints: [...hints],
    isSample,
    task,
    outcome: outcome.state === 'failed' ? { state: 'failed', error: toPlainError(outcome.error) } : outcome,
    sizeBytes,
  };
}

/** null for what another version, or a hand, wrote differently. */
export function readRow(stored: unknown): ReadRow | null {
  const parsed = rowSchema.safeParse(stored);
  if (!parsed.success) return null;
  const { thumbnail, ...facts } = parsed.data;
  return { ...facts, thumbnail: thumbnail && unpackBlob(thumbnail) };
}
