/** A browser with a profile on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { CHROMIUM_LAUNCH, WEBGPU_FLAGS } from '../tools/chromium.ts';

/** As people have: without one, private storage would lie in memory and be counted. */
export async function withProfile<T>(
  run: (context: BrowserContext, profile: string) => Promise<T>,
  flags: readonly string[] = [],
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'isobath-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...CHROMIUM_LAUNCH,
    args: [...CHROMIUM_LAUNCH.args.filter((flag) => !WEBGPU_FLAGS.includes(flag)), ...flags],
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  try {
    return await run(context, profile);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
