import { expect, it } from 'vitest';
import type { TaskView } from '../../../client/inference-client.types.ts';
import type { ParsingFileSettings } from '../../../client/picture-client.types.ts';
import type { DisparityResult, LabelsResult } from '../../../engine/api.ts';
import type { LibraryImage } from '../../stores/library-store.ts';
import { collectExports } from './collect-exports.ts';

const TIMINGS = { load: 0, decode: 0, preprocess: 0, inference: 0, postprocess: 0 };
const PROVENANCE = {
  modelId: 'm',
  revision: '1',
  variant: 'fp32',
  executionProvider: 'wasm',
  threads: 1,
  executor: 'worker-pool',
} as const;
const SETTINGS = { colormap: 'inferno', invert: false, gamma: 1, followEdges: true } as const;

const createImage = (id: string): LibraryImage => ({
  id,
  name: `${id}.jpg`,
  source: new Blob([id]),
  addedAtMs: 0,
  sha256: id,
  widthPx: 2,
  heightPx: 1,
  thumbnail: null,
  hints: [],
  isSample: false,
  outcome: { state: 'done' },
});

const createResult = (values: number[]): DisparityResult => ({
  kind: 'disparity',
  pipeline: 'depth-estimation',
  widthPx: values.length,
  heightPx: 1,
  sourceWidthPx: 2,
  sourceHeightPx: 1,
  timings: TIMINGS,
  provenance: PROVENANCE,
  disparity: new Float32Array(values),
});

const done: TaskView = {
  state: 'done',
  summary: {
    resultKey: 'key',
    cache: 'miss',
    totalMs: 1,
    timings: TIMINGS,
    provenance: PROVENANCE,
    widthPx: 2,
    heightPx: 1,
    sourceWidthPx: 2,
    sourceHeightPx: 1,
  },
};

const PARTS = { ...createResult([1]), kind: 'labels', pipeline: 'human-parsing' } as unknown as LabelsResult;

it('reads the depth of a parsed picture only where it is needed, and only where it is done', async () => {
  const depths: (readonly number[] | null)[] = [];
  const collect = (isDepthNeeded: boolean) =>
    collectExports({
      client: {
        getResult: (taskId) =>
          Promise.resolve(taskId.endsWith('human-parsing') ? PARTS : createResult([4, 8])),
      },
      images: ['a', 'b'].map(createImage),
      tasks: new Map<string, TaskView>([
        ['a:depth-estimation', done],
        ['a:human-parsing', done],
        ['b:human-parsing', done],
      ]),
      settings: SETTINGS,
      ranges: {},
      describeParsing: (_, __, depth) => {
        depths.push(depth === null ? null : [...depth.map.values]);
        return {} as ParsingFileSettings;
      },
      isDepthNeeded,
      signal: new AbortController().signal,
    });
  for (const isDepthNeeded of [true, false]) {
    const [, first, second] = collect(isDepthNeeded);
    await first?.getItem();
    await second?.getItem();
  }
  expect(depths).toEqual([[4, 8], null, null, null]);
});

it('takes finished pictures only, asks for a map when its turn comes, and keeps each range', async () => {
  const asked: string[] = [];
  const items = collectExports({
    client: {
      getResult: (taskId) => {
        asked.push(taskId);
        return Promise.resolve(createResult([0, 10]));
      },
    },
    images: ['a', 'b', 'c'].map(createImage),
    tasks: new Map<string, TaskView>([
      ['a:depth-estimation', done],
      ['b:depth-estimation', { state: 'queued', position: 1 }],
      ['c:depth-estimation', done],
    ]),
    settings: SETTINGS,
    ranges: { a: { mode: 'full' }, c: { mode: 'manual', lo: 2, hi: 3 } },
    signal: new AbortController().signal,
  });
  expect(items.map(({ name }) => name)).toEqual(['a.jpg', 'c.jpg']);
  expect(asked).toEqual([]);
  const first = await items[0]?.getItem();
  expect(asked).toEqual(['a:depth-estimation']);
  expect(first).toHaveProperty('color', { ...SETTINGS, range: { lo: 0, hi: 10 } });
  expect(await items[1]?.getItem()).toHaveProperty('color.range', { lo: 2, hi: 3 });
});
