import { describe, expect, it } from 'vitest';
import { makeFakePipeline } from '../scheduling/fake-slot.ts';
import { chooseFor, planParts, type Situation } from './backend-plan.ts';
import { GPU_DEVICE, refusalOf, SETTINGS } from './fake-backend.ts';

const [A, B, C] = [makeFakePipeline('a'), makeFakePipeline('b'), makeFakePipeline('c')];
const WANTED = [A, B, C];
const MIB = 1024 ** 2;

function situation(change: Partial<Situation> = {}): Situation {
  return {
    facts: GPU_DEVICE,
    settings: SETTINGS,
    isLiveRunning: false,
    squeezes: 0,
    hasGpuFailed: false,
    memoryOf: () => 100 * MIB,
    isRefused: () => false,
    findWasmRefusal: () => null,
    findMeasurement: () => null,
    ...change,
  };
}

/** Per part: the provider and the places in the request. */
function plan(change: Partial<Situation> = {}, indexes = [0, 1, 2]) {
  return planParts(WANTED, indexes, situation(change)).map(
    ({ choice, indexes: places, refusal }) =>
      `${choice.config.executionProvider} ${places.join('+')}${refusal === null ? '' : ' refused'}`,
  );
}

describe('a plan for a request', () => {
  it('keeps models of one provider together', () => {
    expect(plan()).toEqual(['webgpu 0+1+2']);
    expect(plan({ isRefused: (request) => request === B })).toEqual(['webgpu 0+2', 'wasm 1']);
    expect(plan({ hasGpuFailed: true })).toEqual(['wasm 0+1+2']);
  });

  it('speaks only of what is left of the request', () => {
    expect(plan({}, [2])).toEqual(['webgpu 2']);
  });

  it('puts what nothing here computes right apart, with the reason', () => {
    const findWasmRefusal: Situation['findWasmRefusal'] = (request) =>
      request === C ? refusalOf('c', 'fp32') : null;
    expect(plan({ hasGpuFailed: true, facts: { ...GPU_DEVICE, gpu: 'none' }, findWasmRefusal })).toEqual([
      'wasm 0+1',
      'wasm 2 refused',
    ]);
  });

  it('chooses for models that run together what the heaviest needs', () => {
    const memoryOf: Situation['memoryOf'] = (request) => (request === B ? 900 : 10) * MIB;
    const asked: unknown[] = [];
    chooseFor(WANTED, situation({ memoryOf, findMeasurement: (request) => (asked.push(request), null) }));
    expect(asked).toEqual([B]);
  });
});
