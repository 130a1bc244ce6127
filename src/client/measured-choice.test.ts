import { describe, expect, it } from 'vitest';
import { chooseMeasured, type MeasuredCandidate } from './measured-choice.ts';

function candidate(executionProvider: 'webgpu' | 'wasm', perSecond: number | null, workers = 1) {
  const measured: MeasuredCandidate = {
    executionProvider,
    variant: 'fp32',
    workers,
    threads: 1,
    perSecond,
    latencyMs: perSecond === null ? null : 1000 / perSecond,
    problem: perSecond === null ? { code: 'EXECUTION_PROVIDER_FAILED', details: {} } : null,
  };
  return measured;
}

describe('the measured choice', () => {
  it('is the fastest, and never one that was not right', () => {
    const fastest = candidate('webgpu', 40);
    expect(chooseMeasured([candidate('wasm', 20, 2), fastest, candidate('wasm', 30)])).toBe(fastest);
    const wrong = candidate('webgpu', null);
    const plan = candidate('wasm', 20);
    expect(chooseMeasured([plan, wrong])).toBe(plan);
    expect(chooseMeasured([wrong])).toBeNull();
  });

  it('stays with the plan in a close race', () => {
    const plan = candidate('wasm', 20, 2);
    const close = candidate('wasm', 22);
    const clear = candidate('wasm', 24);
    expect(chooseMeasured([plan, close])).toBe(plan);
    expect(chooseMeasured([plan, close, clear])).toBe(clear);
  });

  it('is among those that may be used', () => {
    const wasm = candidate('wasm', 10);
    const only = chooseMeasured([candidate('webgpu', 40), wasm], (one) => one.executionProvider === 'wasm');
    expect(only).toBe(wasm);
  });
});
