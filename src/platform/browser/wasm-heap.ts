/** Reads how much memory the runtime has taken: it does not say so itself. */

/** The part of the global scope that is touched. */
interface WasmScope {
  readonly WebAssembly: { Memory: typeof WebAssembly.Memory };
}

/**
 * Notes every WebAssembly memory that is made from now on; call before the runtime loads. The function given back sums
 * them up, in bytes; null before there is one. Such memories never shrink, so this is their peak.
 */
export function watchWasmHeap(scope: WasmScope = globalThis): () => number | null {
  const { Memory } = scope.WebAssembly;
  const made: WebAssembly.Memory[] = [];
  scope.WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  return () => {
    const bytes = made.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    return bytes === 0 ? null : bytes;
  };
}
