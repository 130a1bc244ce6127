/** What is wrong with what is on screen: accessibility, words of the other language. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** Violations of WCAG 2.2 A and AA on what is on screen now, one line each. */
export async function listViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: AxeViolation[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    return (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

/** Names of products, formats and colormaps, units, file names. */
const NAMES =
  /^(isobath|depth|parsing|tiny|anything|v\d|small|wasm|webgpu|cpu|gpu|simd|inferno|viridis|magma|plasma|turbo|spectral|png|npy|zip|px|ms|mb|kb|jpg|jpeg|desk|office|park|street|tabletop|vase|bit|float|mp|iso|esc|github|english|ctrl|s|min|max|apache|onnx|f|p|x|k|kib|mib|b)$/i;

/** English words in a text that should be Chinese, but names. */
export function listEnglishWords(text: string): string[] {
  return (text.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !NAMES.test(word));
}
