/** SHA-256 of served files. */
import { createHash } from 'node:crypto';

const hashes = new WeakMap<Uint8Array, string>();

/** Remembered per file: hashing a large one again for each request would be measured as a slow hub. */
export function hashOf(bytes: Uint8Array): string {
  const known = hashes.get(bytes);
  if (known !== undefined) return known;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  hashes.set(bytes, sha256);
  return sha256;
}
