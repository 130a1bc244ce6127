/** Buffers as the passes use them. */

/** Read and written by passes, filled and copied by tests. */
export const STORAGE = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
export const UNIFORM = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;

/** What a binding's size must be a multiple of, for every struct of the shaders. */
export function padSize(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 16) * 16;
}

export function createBuffer(device: GPUDevice, sizeBytes: number, usage: number): GPUBuffer {
  return device.createBuffer({ size: padSize(sizeBytes), usage });
}
