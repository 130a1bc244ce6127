import { describe, expect, it } from 'vitest';
import { planEarlyStart } from './early-start.ts';

const plan = (search: string, stored: unknown = null) =>
  planEarlyStart(search, stored === null ? null : JSON.stringify({ state: stored, version: 1 }), 'tiny');

describe('the plan for the first worker', () => {
  it('waits for the device to be known where the provider is open', () => {
    expect(plan('')).toBe('without-gpu');
    expect(plan('', { executionProvider: 'auto', threads: 'auto', modelId: 'tiny' })).toBe('without-gpu');
  });

  it('starts at once where WASM is asked for, in the address or in the settings', () => {
    expect(plan('?ep=wasm')).toBe('always');
    expect(plan('', { executionProvider: 'wasm' })).toBe('always');
    expect(plan('?ep=wasm', { executionProvider: 'webgpu', modelId: 'tiny' })).toBe('always');
  });

  it.each([
    ['?ep=webgpu', null],
    ['?threads=2', null],
    ['?model=large', null],
    ['?task=parsing', null],
    ['?view=models', null],
    ['', { executionProvider: 'webgpu' }],
    ['', { threads: 4 }],
    ['', { modelId: 'large' }],
    ['', { task: 'parsing' }],
  ])('leaves it where something else will be needed: %s %j', (search, stored) => {
    expect(plan(search, stored)).toBe('never');
  });

  it('reads settings that are damaged as none', () => {
    expect(planEarlyStart('?ep=wasm', '{"state":', 'tiny')).toBe('always');
    expect(planEarlyStart('', '[1]', 'tiny')).toBe('without-gpu');
    expect(planEarlyStart('', '{"state":null}', 'tiny')).toBe('without-gpu');
  });
});
