import { describe, expect, it } from 'vitest';
import { DEFAULT_HUB, findHub, parseHubs, resolveFileUrl } from './hubs.ts';
import { MIDAS_SMALL_V2_1 } from './midas-small-v2-1.ts';

describe('parseHubs', () => {
  it('always has the default hub first', () => {
    expect(parseHubs(undefined)).toEqual([DEFAULT_HUB]);
    expect(parseHubs(' , ')).toEqual([DEFAULT_HUB]);
  });

  it('reads mirrors with a path and the origins that they redirect to', () => {
    const [, mirror, local] = parseHubs(
      'https://mirror.example/models/ https://*.cdn.example, http://127.0.0.1:9000',
    );
    expect(mirror).toEqual({
      baseUrl: 'https://mirror.example/models',
      label: 'mirror.example/models',
      connectSources: ['https://mirror.example', 'https://*.cdn.example'],
      isMirror: true,
    });
    expect(local?.baseUrl).toBe('http://127.0.0.1:9000');
  });

  it('stops the build on what is no address', () => {
    expect(() => parseHubs('mirror.example')).toThrow(/mirror\.example/);
    expect(() => parseHubs("https://m.example 'unsafe-inline'")).toThrow(/unsafe-inline/);
  });
});

describe('findHub', () => {
  it('finds by address, host or label, and nothing that is not listed', () => {
    const hubs = parseHubs('https://mirror.example/models');
    expect(findHub(hubs, 'mirror.example')?.baseUrl).toBe('https://mirror.example/models');
    expect(findHub(hubs, 'https://mirror.example/models/')?.label).toBe('mirror.example/models');
    expect(findHub(hubs, 'https://evil.example')).toBeNull();
  });
});

describe('resolveFileUrl', () => {
  const file = { role: 'graph', name: 'model.onnx', sizeBytes: 1, sha256: null } as const;

  it('puts the hub into the address', () => {
    const url = '{hub}/owner/repo/resolve/main/onnx/model.onnx';
    expect(resolveFileUrl({ ...file, url }, DEFAULT_HUB)).toBe(
      'https://huggingface.co/owner/repo/resolve/main/onnx/model.onnx',
    );
  });

  it('has an address for MiDaS small only at a mirror', () => {
    const midas = MIDAS_SMALL_V2_1.variants[0]?.files[0];
    const [, mirror] = parseHubs('https://mirror.example');
    if (midas === undefined || mirror === undefined) throw new Error('fixtures');
    expect(resolveFileUrl(midas, DEFAULT_HUB)).toBeNull();
    expect(resolveFileUrl(midas, mirror)).toBe(
      'https://mirror.example/isl-org/MiDaS/releases/download/v2_1/model-small.onnx',
    );
  });
});
