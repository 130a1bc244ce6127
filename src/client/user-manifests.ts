/** Manifests of models that users have brought, from the text that is stored and to a file that is kept or shared. */
import type { ModelManifest } from '../engine/models/manifest.ts';

/** The parser comes with the first text: most visits have none. */
export async function parseUserManifests(texts: readonly string[]): Promise<readonly ModelManifest[]> {
  if (texts.length === 0) return [];
  const { parseManifest } = await import('../engine/models/manifest-schema.ts');
  return texts.flatMap((text) => {
    try {
      return [parseManifest(text)];
    } catch {
      return []; // written by a version that this one does not understand
    }
  });
}

export function writeManifestFile(manifest: ModelManifest): File {
  // Addresses of files in memory mean nothing elsewhere.
  const text = JSON.stringify(
    manifest,
    (name, value: unknown) =>
      name === 'url' && typeof value === 'string' && value.startsWith('blob:') ? null : value,
    2,
  );
  return new File([`${text}\n`], `${manifest.id}.isobath-model.json`, { type: 'application/json' });
}
