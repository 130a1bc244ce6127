import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import type { ModelFile, ModelVariant } from '../../engine/models/manifest.ts';
import { loadEmbeddedModel } from './model-bytes.ts';

const CONTENT = new Uint8Array(100_000).map((_, index) => index % 251);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

function makeVariant(change: Partial<ModelFile> = {}): ModelVariant {
  const [variant] = ISOBATH_DEPTH_TINY.variants;
  if (!variant) throw new Error('no variant');
  return {
    ...variant,
    files: [
      {
        role: 'graph',
        name: 'model.onnx',
        url: 'models/x/model.onnx',
        sizeBytes: CONTENT.length,
        sha256: SHA256,
        ...change,
      },
    ],
  };
}

function load(
  variant: ModelVariant,
  respond: (url: string, signal: AbortSignal | null | undefined) => Response | Promise<Response>,
  signal = new AbortController().signal,
) {
  const fractions: (number | null)[] = [];
  const urls: string[] = [];
  const source = {
    baseUrl: 'https://example.org/sub/',
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      urls.push(String(input));
      return respond(String(input), init?.signal);
    },
  };
  const bytes = loadEmbeddedModel(ISOBATH_DEPTH_TINY, variant, source, {
    signal,
    onProgress: (fraction) => fractions.push(fraction),
  });
  return { bytes, fractions, urls };
}

describe('loading an embedded model', () => {
  it('reads it below the base of the app, reports progress and checks it', async () => {
    const { bytes, fractions, urls } = load(makeVariant(), () => new Response(CONTENT));
    expect((await bytes).graph).toEqual(CONTENT);
    expect(urls).toEqual(['https://example.org/sub/models/x/model.onnx']);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => (a ?? 0) - (b ?? 0)));
  });

  it('keeps external data apart, under the name that the graph knows', async () => {
    const variant = makeVariant();
    const data: ModelFile = {
      role: 'external-data',
      name: 'model.onnx_data',
      url: 'd',
      sizeBytes: 3,
      sha256: null,
    };
    const { bytes } = load(
      { ...variant, files: [...variant.files, data] },
      (url) => new Response(url.endsWith('/d') ? new Uint8Array([1, 2, 3]) : CONTENT),
    );
    expect((await bytes).externalData).toEqual([
      { name: 'model.onnx_data', bytes: new Uint8Array([1, 2, 3]) },
    ]);
  });

  it('does not depend on the size that the manifest gives', async () => {
    const { bytes } = load(makeVariant({ sizeBytes: 10 }), () => new Response(CONTENT));
    expect((await bytes).graph).toEqual(CONTENT);
    const { bytes: smaller } = load(makeVariant({ sizeBytes: 10_000_000 }), () => new Response(CONTENT));
    expect((await smaller).graph).toEqual(CONTENT);
  });

  it('refuses other bytes with both checksums', async () => {
    const { bytes } = load(makeVariant(), () => new Response('<!doctype html>'));
    await expect(bytes).rejects.toMatchObject({
      code: 'MODEL_CHECKSUM_MISMATCH',
      details: { expected: SHA256, actual: createHash('sha256').update('<!doctype html>').digest('hex') },
    });
  });

  it('says what the host answered', async () => {
    const missing = load(makeVariant(), () => new Response('', { status: 404 })).bytes;
    await expect(missing).rejects.toMatchObject({ code: 'MODEL_FETCH_FAILED', details: { status: 404 } });
    const offline = load(makeVariant(), () => Promise.reject(new TypeError('Failed to fetch'))).bytes;
    await expect(offline).rejects.toMatchObject({ code: 'MODEL_FETCH_FAILED' });
  });

  it('rejects with the reason of the signal', async () => {
    const controller = new AbortController();
    const { bytes } = load(
      makeVariant(),
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        }),
      controller.signal,
    );
    controller.abort(new Error('gone'));
    await expect(bytes).rejects.toThrow('gone');
  });
});
