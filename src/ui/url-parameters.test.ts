import { describe, expect, it } from 'vitest';
import { parseUrlParameters } from './url-parameters.ts';

const MODELS = ['isobath-depth-tiny', 'depth-anything-v2-small'];

describe('parseUrlParameters', () => {
  it('overrides nothing when nothing is asked', () => {
    expect(parseUrlParameters('', MODELS)).toEqual({ overrides: {}, page: null, problems: [] });
    expect(parseUrlParameters('?utm_source=x', MODELS)).toEqual({ overrides: {}, page: null, problems: [] });
  });

  it('reads every documented parameter', () => {
    const search = '?model=depth-anything-v2-small&ep=webgpu&workers=2&threads=auto&colormap=Viridis&lang=zh';
    expect(parseUrlParameters(search, MODELS)).toEqual({
      overrides: {
        modelId: 'depth-anything-v2-small',
        executionProvider: 'webgpu',
        workers: 2,
        threads: 'auto',
        colormap: 'viridis',
        language: 'zh-CN',
      },
      page: null,
      problems: [],
    });
  });

  it('reads the task, and gives a model to the task it is of', () => {
    const models = [...MODELS, 'isobath-parsing-tiny'];
    expect(parseUrlParameters('?task=Both&model=isobath-parsing-tiny', models).overrides).toEqual({
      task: 'both',
      parsingModelId: 'isobath-parsing-tiny',
    });
  });

  it.each([
    ['?task=pose', 'task', 'pose'],
    ['?ep=cuda', 'ep', 'cuda'],
    ['?workers=0', 'workers', '0'],
    ['?workers=2.5', 'workers', '2.5'],
    ['?threads=99', 'threads', '99'],
    ['?colormap=jet', 'colormap', 'jet'],
    ['?renderer=webgl', 'renderer', 'webgl'],
    ['?model=', 'model', ''],
    ['?lang=fr', 'lang', 'fr'],
  ])('reports and ignores %s', (search, parameter, value) => {
    const { overrides, problems } = parseUrlParameters(search, MODELS);
    expect(overrides).toEqual({});
    expect(problems).toEqual([{ parameter, value, allowed: expect.any(String) as string }]);
  });

  it('keeps the good values beside a bad one', () => {
    const { overrides, problems } = parseUrlParameters('?ep=wasm&workers=lots', MODELS);
    expect(overrides).toEqual({ executionProvider: 'wasm' });
    expect(problems).toHaveLength(1);
  });
});
