import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../scheduling/fake-clock.ts';
import { probeDevice, type NavigatorFacts } from './device-facts.ts';

function withAdapter(description: string, isFallbackAdapter = false): NavigatorFacts {
  const info = { vendor: '', architecture: '', device: '', description, isFallbackAdapter };
  // The one thing that is read of an adapter.
  const adapter = { info } as GPUAdapter;
  return { gpu: { requestAdapter: async () => adapter }, hardwareConcurrency: 8, deviceMemory: 4 };
}

describe('probing the device', () => {
  it('tells a real adapter from a software one, flagged or named', async () => {
    expect((await probeDevice(withAdapter('NVIDIA GeForce'), true)).gpu).toBe('hardware');
    expect((await probeDevice(withAdapter('Vendor thing', true), true)).gpu).toBe('software');
    expect((await probeDevice(withAdapter('Google SwiftShader'), true)).gpu).toBe('software');
    expect((await probeDevice(withAdapter('llvmpipe (LLVM 15)'), true)).gpu).toBe('software');
  });

  it('finds none where WebGPU is missing, gives no adapter, or fails', async () => {
    const none = { requestAdapter: async () => null };
    const broken = { requestAdapter: () => Promise.reject(new Error('no GPU process')) };
    for (const gpu of [undefined, none, broken]) {
      expect(await probeDevice({ gpu }, false)).toEqual({
        gpu: 'none',
        crossOriginIsolated: false,
        hardwareConcurrency: 1,
        deviceMemoryGb: null,
      });
    }
  });

  it('goes on without WebGPU where the browser never answers', async () => {
    const clock = createFakeClock();
    const silent = { requestAdapter: () => new Promise<null>(() => undefined) };
    const facts = probeDevice({ gpu: silent }, false, clock);
    clock.advance(3000);
    expect((await facts).gpu).toBe('none');
  });
});
