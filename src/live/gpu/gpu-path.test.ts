import { expect, it } from 'vitest';

it('the path of the GPU can be loaded where a browser knows no WebGPU, as the worker that may need it does', async () => {
  expect('GPUBufferUsage' in globalThis).toBe(false);
  await expect(import('./gpu-path.ts')).resolves.toHaveProperty('createGpuPath');
});
