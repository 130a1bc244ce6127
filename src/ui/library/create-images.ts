import { createId } from '../../client/create-id.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import type { ImportFile } from './library-commands.types.ts';

/** Pictures of one import, not inspected yet, in the order of their files. */
export function createImages(
  files: readonly ImportFile[],
  addedAtMs: number,
  isSample: boolean,
): readonly LibraryImage[] {
  return files.map((file, index) => ({
    id: createId(),
    name: file.name,
    source: file.blob,
    // Fractions keep the order within one import.
    addedAtMs: addedAtMs + index / 1000,
    sha256: null,
    widthPx: null,
    heightPx: null,
    thumbnail: null,
    hints: [],
    isSample,
    outcome: { state: 'open' },
  }));
}
