import { describe, expect, it } from 'vitest';
import {
  averageChannels,
  createFakeModel,
  createFakePlatform,
  createHalvesPicture,
  type FakePlatformOptions,
} from '../testing/fake-platform.ts';
import type { EngineEvent, InferenceResult, PipelineRequest, Reply, RunRequest, SlotConfig } from './api.ts';
import { createEngine, type EngineOptions } from './engine.ts';
import { EngineError } from './errors.ts';
import { resolveOptions } from './image/input-size.ts';
import type { ModelManifest } from './models/manifest.ts';
import type { DecodedImage } from './platform.ts';
import { listReplyBuffers } from './transfer.ts';

const CONFIG: SlotConfig = { executionProvider: 'wasm', threads: 2, allowFallbackAdapter: false };

function ask(model: ModelManifest): PipelineRequest {
  return {
    pipeline: 'depth-estimation',
    model,
    variant: 'fp32',
    options: resolveOptions(model.input, { detailPx: 128 }),
  };
}

function requestOf(taskId: string, ...models: ModelManifest[]): RunRequest<DecodedImage> {
  return { taskId, source: createHalvesPicture(), pipelines: models.map(ask) };
}

async function createConnected(fake: FakePlatformOptions = {}, options: EngineOptions = {}) {
  const platform = createFakePlatform(fake);
  const engine = createEngine(platform, options);
  const events: EngineEvent[] = [];
  await engine.connect(CONFIG, (event) => events.push(event));
  return { engine, platform, events };
}

function takeAll(reply: Reply<readonly Reply<InferenceResult>[]>): InferenceResult[] {
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value.map((one) => {
    if (!one.ok) throw new Error(one.error.message);
    return one.value;
  });
}

const tiny = createFakeModel('tiny');
const other = createFakeModel('other');

describe('run', () => {
  it('gives the map, its size, the source size, how it came about and the time of each stage', async () => {
    const { engine } = await createConnected();
    const [result] = takeAll(await engine.run(requestOf('a', tiny)));
    if (result?.kind !== 'disparity') throw new Error('a disparity map');
    expect(result).toMatchObject({ widthPx: 128, heightPx: 64, sourceWidthPx: 64, sourceHeightPx: 32 });
    expect(result.disparity).toHaveLength(128 * 64);
    expect(result.disparity[0]).toBe(0);
    expect(result.disparity[127]).toBeCloseTo(1, 6);
    expect(result.provenance).toEqual({
      modelId: 'tiny',
      revision: 'v0',
      variant: 'fp32',
      executionProvider: 'wasm',
      threads: 2,
      executor: 'worker-pool',
    });
    expect(result.timings).toEqual({ load: 150, decode: 20, preprocess: 0, inference: 30, postprocess: 0 });
  });

  it('reports the stages in order, with the fraction of a download', async () => {
    const { engine, events } = await createConnected();
    await engine.run(requestOf('a', tiny));
    const progress = events.map((event) =>
      event.type === 'progress' ? `${event.taskId} ${event.stage} ${event.fraction}` : event.type,
    );
    expect(progress).toEqual([
      'a load null',
      'a load 0.5',
      'model-loaded',
      'a decode null',
      'a preprocess null',
      'a inference null',
      'a postprocess null',
    ]);
  });

  it('loads a model once and decodes once for all maps of a request', async () => {
    const { engine, platform } = await createConnected();
    const results = takeAll(await engine.run(requestOf('a', tiny, other)));
    expect(results.map((result) => result.provenance.modelId)).toEqual(['tiny', 'other']);
    await engine.run(requestOf('b', tiny));
    expect(platform.steps).toEqual([
      'load tiny',
      'create',
      'load other',
      'create',
      'decode',
      'run',
      'run',
      'decode',
      'run',
    ]);
  });

  it('tells the platform how few pixels are enough, and keeps the size of the whole picture', async () => {
    const platform = createFakePlatform();
    const asked: unknown[] = [];
    const engine = createEngine({
      ...platform,
      decodeImage: (_source, { chooseSize }) => {
        asked.push(chooseSize?.({ widthPx: 4096, heightPx: 2048 }));
        return Promise.resolve({
          ...createHalvesPicture(512, 256),
          shrunkFrom: { widthPx: 4096, heightPx: 2048 },
        });
      },
    });
    await engine.connect(CONFIG, () => undefined);
    const [result] = takeAll(await engine.run(requestOf('a', tiny)));
    expect(asked).toEqual([{ widthPx: 512, heightPx: 256 }]);
    expect(result).toMatchObject({ widthPx: 128, heightPx: 64, sourceWidthPx: 4096, sourceHeightPx: 2048 });
    if (result?.kind === 'disparity') expect([result.disparity[0], result.disparity[127]]).toEqual([0, 1]);
  });

  it('answers for the map that failed and keeps the other', async () => {
    const { engine } = await createConnected({
      onStep(step) {
        if (step === 'load other') throw new EngineError('MODEL_NOT_INSTALLED', 'no file');
      },
    });
    const reply = await engine.run(requestOf('a', other, tiny));
    if (!reply.ok) throw new Error(reply.error.message);
    expect(reply.value.map((one) => (one.ok ? 'map' : one.error.code))).toEqual([
      'MODEL_NOT_INSTALLED',
      'map',
    ]);
  });

  it('does not decode when no model can be opened', async () => {
    const { engine, platform } = await createConnected();
    const reply = await engine.run({
      ...requestOf('a'),
      pipelines: [{ ...ask(tiny), variant: 'q4' }],
    });
    expect(reply).toMatchObject({ ok: true, value: [{ ok: false, error: { code: 'MODEL_NOT_FOUND' } }] });
    expect(platform.steps).toEqual([]);
  });

  it('fails as a whole when the picture does', async () => {
    const { engine } = await createConnected({
      onStep(step) {
        if (step === 'decode') throw new EngineError('IMAGE_DECODE_FAILED', 'cut');
      },
    });
    expect(await engine.run(requestOf('a', tiny))).toMatchObject({
      ok: false,
      error: { code: 'IMAGE_DECODE_FAILED', aborted: false },
    });
  });

  it('refuses a request before connect, without pipelines, after dispose, and a task that is running', async () => {
    const unconnected = createEngine(createFakePlatform());
    const refused = { ok: false, error: { code: 'REQUEST_INVALID' } };
    expect(await unconnected.run(requestOf('a', tiny))).toMatchObject(refused);
    const { engine } = await createConnected();
    expect(await engine.run(requestOf('a'))).toMatchObject(refused);
    const first = engine.run(requestOf('a', tiny));
    expect(await engine.run(requestOf('a', tiny))).toMatchObject(refused);
    expect((await first).ok).toBe(true);
    await engine.dispose();
    expect(await engine.run(requestOf('b', tiny))).toMatchObject(refused);
  });

  it('runs one request after the other', async () => {
    const { engine, platform } = await createConnected();
    await Promise.all([engine.run(requestOf('a', tiny)), engine.run(requestOf('b', tiny))]);
    expect(platform.steps).toEqual(['load tiny', 'create', 'decode', 'run', 'decode', 'run']);
  });

  it('names what the session has and what the manifest expects', async () => {
    const { engine, platform } = await createConnected({
      session: { outputs: [{ name: 'banana', type: 'float32', shape: [1, 'h', 'w'] }] },
    });
    const reply = await engine.run(requestOf('a', tiny));
    expect(reply).toMatchObject({
      ok: true,
      value: [
        {
          ok: false,
          error: {
            code: 'MODEL_CONTRACT_MISMATCH',
            details: { found: 'banana: float32[1, h, w]', expected: 'predicted_depth' },
          },
        },
      ],
    });
    expect(platform.openSessions()).toBe(0);
  });

  it.each([
    ['NaN', (values: Float32Array) => values.fill(NaN, 3, 4), 'not-finite'],
    ['an infinity', (values: Float32Array) => values.fill(-Infinity, 5, 6), 'not-finite'],
    ['one value everywhere', (values: Float32Array) => values.fill(2), 'constant'],
  ])('refuses a map with %s', async (_what, spoil, reason) => {
    const { engine } = await createConnected({
      run(input) {
        const outputs = averageChannels(input);
        spoil(outputs.predicted_depth!.data as Float32Array);
        return outputs;
      },
    });
    const error = { code: 'MODEL_OUTPUT_INVALID', details: { reason } };
    expect(await engine.run(requestOf('a', tiny))).toMatchObject({ value: [{ ok: false, error }] });
  });

  it('gives a flat map for a picture of one colour', async () => {
    const { engine } = await createConnected();
    const source = { widthPx: 1, heightPx: 1, pixelsRgba: new Uint8ClampedArray([51, 51, 51, 255]) };
    const [result] = takeAll(await engine.run({ ...requestOf('a', tiny), source }));
    if (result?.kind !== 'disparity') throw new Error('a disparity map');
    expect(result.disparity.every((value) => Math.abs(value - 0.2) < 1e-6)).toBe(true);
  });
});

describe('cancel', () => {
  it.each(['load tiny', 'create', 'decode', 'run'])('during %s stops before the next stage', async (when) => {
    const { engine, platform } = await createConnected({
      onStep(step) {
        if (step === when) engine.cancel('a');
      },
    });
    const reply = await engine.run(requestOf('a', tiny));
    expect(reply).toMatchObject({ ok: false, error: { aborted: true } });
    expect(platform.steps.at(-1)).toBe(when);
  });

  it('leaves a session that is made for the next task', async () => {
    const { engine, platform } = await createConnected({
      onStep(step) {
        if (step === 'decode') engine.cancel('a');
      },
    });
    await engine.run(requestOf('a', tiny));
    takeAll(await engine.run(requestOf('b', tiny)));
    expect(platform.steps).toEqual(['load tiny', 'create', 'decode', 'decode', 'run']);
  });

  it('is seen when it arrives as a message between two stages', async () => {
    const { engine, platform } = await createConnected({
      onStep(step) {
        // A macrotask, as a message from another thread is.
        if (step === 'decode') setTimeout(() => engine.cancel('a'), 0);
      },
    });
    expect(await engine.run(requestOf('a', tiny))).toMatchObject({ ok: false, error: { aborted: true } });
    expect(platform.steps).not.toContain('run');
  });

  it('stops a task that waits for another one, and ignores a task that is unknown', async () => {
    const { engine, platform } = await createConnected();
    const first = engine.run(requestOf('a', tiny));
    const second = engine.run(requestOf('b', tiny));
    engine.cancel('b');
    engine.cancel('nobody');
    expect((await first).ok).toBe(true);
    expect(await second).toMatchObject({ ok: false, error: { aborted: true } });
    expect(platform.steps.filter((step) => step === 'decode')).toHaveLength(1);
  });
});

describe('sessions', () => {
  it('releases the least recently used one when the budget is full', async () => {
    const { engine, platform } = await createConnected({}, { sessionBudgetBytes: 25 });
    for (const model of [tiny, other, tiny, createFakeModel('third')]) {
      takeAll(await engine.run(requestOf(model.id, model)));
    }
    expect(platform.steps.filter((step) => step.startsWith('load'))).toEqual([
      'load tiny',
      'load other',
      'load third',
    ]);
    expect(platform.openSessions()).toBe(2);
    takeAll(await engine.run(requestOf('again', tiny)));
    expect(platform.steps.filter((step) => step === 'load tiny')).toHaveLength(1);
  });

  it('keep to the budget that the slot was given', async () => {
    const platform = createFakePlatform();
    const engine = createEngine(platform, { sessionBudgetBytes: 1000 });
    const config = { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false } as const;
    await engine.connect({ ...config, sessionBudgetBytes: 15 }, () => undefined);
    for (const model of [tiny, other]) takeAll(await engine.run(requestOf(model.id, model)));
    expect(platform.openSessions()).toBe(1);
  });

  it('are named when the heap has grown', async () => {
    let heapBytes = 50;
    const platform = { ...createFakePlatform(), measureHeap: () => heapBytes };
    const events: EngineEvent[] = [];
    const engine = createEngine(platform);
    const config = { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false } as const;
    await engine.connect(config, (event) => events.push(event));
    takeAll(await engine.run(requestOf('a', tiny)));
    takeAll(await engine.run(requestOf('b', tiny)));
    heapBytes = 80;
    takeAll(await engine.run(requestOf('c', other)));
    const name = ({ id, revision }: ModelManifest) => ({ modelId: id, revision, variant: 'fp32' });
    expect(events.filter(({ type }) => type === 'heap')).toEqual([
      { type: 'heap', heapBytes: 50, models: [name(tiny)] },
      { type: 'heap', heapBytes: 80, models: [name(tiny), name(other)] },
    ]);
  });

  it('opens models that do not fit together one after the other, once each', async () => {
    const { engine, platform } = await createConnected({}, { sessionBudgetBytes: 15 });
    takeAll(await engine.run(requestOf('a', tiny, other)));
    expect(platform.steps).toEqual([
      'load tiny',
      'create',
      'decode',
      'run',
      'load other',
      'release',
      'create',
      'run',
    ]);
  });

  it('are released by unload, by dispose and after a lost device', async () => {
    const { engine, platform, events } = await createConnected();
    takeAll(await engine.run(requestOf('a', tiny, other)));
    await engine.unload('tiny');
    expect(platform.openSessions()).toBe(1);
    platform.loseDevice('gone');
    expect(events.at(-1)).toEqual({ type: 'device-lost', reason: 'gone' });
    takeAll(await engine.run(requestOf('b', other)));
    expect(platform.steps.filter((step) => step === 'load other')).toHaveLength(2);
    await engine.dispose();
    expect(platform.openSessions()).toBe(0);
  });
});

describe('connect', () => {
  it('says what was obtained, once', async () => {
    const engine = createEngine(createFakePlatform());
    const first = await engine.connect(CONFIG, () => undefined);
    expect(first).toMatchObject({ ok: true, value: { executionProvider: 'wasm', threads: 2 } });
    expect(await engine.connect(CONFIG, () => undefined)).toMatchObject({
      ok: false,
      error: { code: 'REQUEST_INVALID' },
    });
  });
});

describe('listReplyBuffers', () => {
  it('lists the buffer of every map and none of a failure', async () => {
    const { engine } = await createConnected();
    const reply = await engine.run({
      ...requestOf('a', tiny, other),
      pipelines: [ask(tiny), { ...ask(other), variant: 'none' }],
    });
    const buffers = listReplyBuffers(reply);
    expect(buffers.map((buffer) => buffer.byteLength)).toEqual([128 * 64 * 4]);
    expect(listReplyBuffers({ ok: false, error: reply.ok ? expect.anything() : reply.error })).toEqual([]);
  });
});

describe('load', () => {
  it('opens the model once, for the tasks that come after', async () => {
    const { engine, platform, events } = await createConnected();
    expect(await engine.load({ model: tiny, variant: 'fp32' })).toEqual({ ok: true, value: null });
    expect(platform.openSessions()).toBe(1);
    expect(events).toEqual([{ type: 'model-loaded', modelId: 'tiny', variant: 'fp32' }]);
    const [result] = takeAll(await engine.run(requestOf('a', tiny)));
    expect(result?.timings.load).toBe(0);
    expect(platform.openSessions()).toBe(1);
  });

  it('waits for the provider that is on its way', async () => {
    const engine = createEngine(createFakePlatform());
    const connected = engine.connect(CONFIG, () => undefined);
    const loaded = engine.load({ model: tiny, variant: 'fp32' });
    expect(await connected).toMatchObject({ ok: true });
    expect(await loaded).toEqual({ ok: true, value: null });
  });

  it('fails where nobody connects', async () => {
    const engine = createEngine(createFakePlatform());
    expect(await engine.load({ model: tiny, variant: 'fp32' })).toMatchObject({
      ok: false,
      error: { code: 'REQUEST_INVALID' },
    });
  });
});
