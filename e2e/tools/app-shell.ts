/** The JavaScript that a page of the production build runs before its first paint, from the build's manifest. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const manifestType = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().optional(),
    imports: z.array(z.string()).optional(),
  }),
);

export interface AppShell {
  /** Relative to the build's folder. */
  readonly files: readonly string[];
  readonly gzipBytes: number;
}

/** Loaded by name, but awaited before the first paint: the page itself, and the texts of its language. */
const AWAITED = ['src/start.tsx', 'src/ui/locales/en/resources.ts'];

/** The entry chunk, what it awaits, and everything they import statically. Throws when there is no build. */
export function readAppShell(buildPath = 'dist'): AppShell {
  const manifest = manifestType.parse(JSON.parse(readFileSync(`${buildPath}/.vite/manifest.json`, 'utf8')));
  const found = new Set<string>();
  const visit = (key: string) => {
    const chunk = manifest[key];
    if (chunk === undefined || found.has(chunk.file)) return;
    found.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);
  for (const key of AWAITED) {
    if (!(key in manifest)) throw new Error(`the build has no ${key}`);
    visit(key);
  }
  const files = [...found].filter((file) => file.endsWith('.js'));
  const gzipBytes = files.reduce(
    (sum, file) => sum + gzipSync(readFileSync(`${buildPath}/${file}`)).length,
    0,
  );
  return { files, gzipBytes };
}
