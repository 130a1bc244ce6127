import { describe, expect, it } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { makeFakePipeline } from '../scheduling/fake-slot.ts';
import { findRemedy, type Failure } from './backend-remedy.ts';
import { refusalOf } from './fake-backend.ts';

const WEBGPU = { executionProvider: 'webgpu', threads: 1, allowFallbackAdapter: false } as const;
const WASM = { ...WEBGPU, executionProvider: 'wasm', threads: 4 } as const;
const REQUESTS = [makeFakePipeline('a'), makeFakePipeline('b')];

function remedy(error: unknown, change: Partial<Failure> = {}) {
  return findRemedy({ error, config: WEBGPU, requests: REQUESTS, isReply: false, ...change });
}

describe('a failure on WebGPU', () => {
  it('ends WebGPU for all where the worker or the device is gone', () => {
    const lost = new EngineError('EXECUTION_PROVIDER_FAILED', 'lost');
    expect(remedy(lost)).toEqual({ kind: 'leave-webgpu', requests: null, error: lost });
  });

  it('ends it for the asked models where the worker still answers', () => {
    const failed = new EngineError('INFERENCE_FAILED', 'shader');
    expect(remedy(failed, { isReply: true })).toMatchObject({ kind: 'leave-webgpu', requests: REQUESTS });
  });

  it('ends it for the one model that the self-test names', () => {
    const { model, variant } = REQUESTS[1]!;
    expect(remedy(refusalOf(model.id, variant))).toMatchObject({
      kind: 'leave-webgpu',
      requests: [REQUESTS[1]],
    });
  });

  it('that is the picture’s fault has no remedy, nor has a cancelled task', () => {
    expect(remedy(new EngineError('IMAGE_DECODE_FAILED', 'truncated'))).toEqual({ kind: 'none' });
    expect(remedy(new DOMException('gone', 'AbortError'))).toEqual({ kind: 'none' });
    expect(remedy(new Error('?'))).toEqual({ kind: 'none' });
  });
});

describe('a failure on WASM', () => {
  it('is mended by less memory where memory ran out', () => {
    const full = new EngineError('OUT_OF_MEMORY', 'std::bad_alloc');
    expect(remedy(full, { config: WASM })).toEqual({ kind: 'less-memory' });
  });

  it('is mended by one thread where several did not start', () => {
    const start = new EngineError('WORKER_START_FAILED', 'no threads');
    const stalled = new EngineError('TASK_TIMEOUT', 'silence', { details: { stalled: true } });
    for (const error of [start, stalled]) {
      expect(remedy(error, { config: WASM })).toEqual({ kind: 'one-thread', error });
      expect(remedy(error, { config: { ...WASM, threads: 1 } })).toEqual({ kind: 'none' });
    }
  });
});
