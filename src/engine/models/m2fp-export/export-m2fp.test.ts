import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createOrtSession } from '../../../platform/node/session.ts';
import { createParsingRequest, toDecodedImage } from '../../../testing/parsing-fixtures.ts';
import { createRandom } from '../../../testing/random.ts';
import { HUMAN_PARSING } from '../../pipelines/human-parsing.ts';
import { M2FP_MULTI } from '../m2fp.ts';

const PYTHON = process.env.ISOBATH_PYTHON ?? 'python3';
const SCRIPT = fileURLToPath(new URL('export_m2fp.py', import.meta.url));
const NEEDS = 'import torch, transformers, scipy, onnx, onnxruntime';
const hasPython = spawnSync(PYTHON, ['-c', NEEDS], { stdio: 'ignore' }).status === 0;

describe('export_m2fp.py', () => {
  if (!hasPython) {
    it.skip(`is unproven here: ${PYTHON} cannot "${NEEDS}" (set ISOBATH_PYTHON)`, () => {});
    return;
  }

  it('exports a random model of the published layout to a file that the app parses with', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'm2fp-export-'));
    try {
      const output = execFileSync(PYTHON, [SCRIPT, '--self-test', '--keep', folder], { encoding: 'utf8' });
      expect(output).toContain('self-test passed');

      const externalData = [
        {
          name: 'half-external.onnx_data',
          bytes: new Uint8Array(readFileSync(join(folder, 'half-external.onnx_data'))),
        },
      ];
      for (const [name, data] of [
        ['plain.onnx', []],
        ['half-external.onnx', externalData],
      ] as const) {
        const graph = new Uint8Array(readFileSync(join(folder, name)));
        const session = await createOrtSession({ graph, externalData: data }, 1);
        HUMAN_PARSING.checkSession(session, M2FP_MULTI);
        const random = createRandom(1);
        const pixels = Uint8Array.from({ length: 90 * 130 * 3 }, () => random() * 256);
        const request = createParsingRequest(M2FP_MULTI, { detailPx: 128 });
        const prepared = HUMAN_PARSING.prepare(toDecodedImage(pixels, 90, 130), request);
        const result = HUMAN_PARSING.postprocess(await session.run(prepared.feeds), prepared, request);
        expect(result).toMatchObject({ kind: 'labels', widthPx: 90, heightPx: 130 });
        await session.release();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 600_000);
});
