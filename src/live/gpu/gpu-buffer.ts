/** Buffers as the passes use them. Names of WebGPU only inside functions: browsers without it load this module, too. */

/** What a binding's size must be a multiple of, for every struct of the shaders. */
export function padSize(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 16) * 16;
}

export function createBuffer(device: GPUDevice, sizeBytes: number, usage: number): GPUBuffer {
  return device.createBuffer({ size: padSize(sizeBytes), usage });
}

/** Read and written by passes, filled and copied by tests. */
export function createStorage(device: GPUDevice, sizeBytes: number): GPUBuffer {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  return createBuffer(device, sizeBytes, STORAGE | COPY_SRC | COPY_DST);
}

export function createUniform(device: GPUDevice, sizeBytes: number): GPUBuffer {
  return createBuffer(device, sizeBytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
}
