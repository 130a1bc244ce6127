/** Puts a model of ViT-S size into a profile's private storage, laid out as an installed model (`model-files.ts`). */
import { rmSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { DEPTH_ANYTHING_V2_SMALL } from '../../src/engine/models/depth-anything-v2-small.ts';
import { chooseVariant } from '../../src/engine/models/choose-variant.ts';
import { makeRandomVit, VIT_S } from './random-vit.ts';

const SERVED = 'dist/bench-model.onnx';

export interface HeavyModel {
  /** For `?model=`. */
  readonly id: string;
  readonly sizeBytes: number;
  /** Installs it where the app looks for the variant that this provider gets. */
  install(page: Page, url: string): Promise<void>;
  /** Takes the file out of the build again. */
  dispose(): void;
}

export function makeHeavyModel(executionProvider: 'wasm' | 'webgpu' = 'wasm'): HeavyModel {
  const { id, revision } = DEPTH_ANYTHING_V2_SMALL;
  const choice = chooseVariant(DEPTH_ANYTHING_V2_SMALL, {
    executionProvider,
    hasShaderF16: false,
    memoryBudgetBytes: null,
    failedVariants: [],
  });
  if (choice.kind === 'none') throw new Error('no variant for this provider');
  const name = choice.variant.files[0]?.name ?? '';
  const bytes = makeRandomVit(VIT_S);
  writeFileSync(SERVED, bytes);
  return {
    id,
    sizeBytes: bytes.length,
    async install(page, url) {
      // Any document of the origin reaches its storage; this one is small and runs nothing.
      await page.goto(`${url}models/isobath-depth-tiny/card.json`);
      await page.evaluate(writeModel, { path: ['models', id, revision, choice.variant.id], name });
    },
    dispose: () => rmSync(SERVED, { force: true }),
  };
}

/** Runs in the page. */
async function writeModel({ path, name }: { path: string[]; name: string }): Promise<void> {
  const bytes = await (await fetch('/bench-model.onnx')).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  let sha256 = '';
  for (const byte of digest) sha256 += byte.toString(16).padStart(2, '0');
  let directory = await navigator.storage.getDirectory();
  for (const part of path) directory = await directory.getDirectoryHandle(part, { create: true });
  const file = {
    role: 'graph',
    name,
    storedName: name,
    sizeBytes: bytes.byteLength,
    sha256,
    hashOrigin: 'user',
  };
  const marker = JSON.stringify({ schemaVersion: 1, files: [file], installedAtMs: 0 });
  const contents: [string, ArrayBuffer | string][] = [
    [name, bytes],
    ['installed.json', marker],
  ];
  for (const [fileName, content] of contents) {
    const handle = await directory.getFileHandle(fileName, { create: true });
    const writable = await handle.createWritable();
    await writable.write(content);
    await writable.close();
  }
}
