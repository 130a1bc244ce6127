/** The most that the WebAssembly heaps of a model's workers took together: clients come one after the other. Pure. */

export interface HeapPeak {
  /** For one client: its pools, the extra one for single pictures among them, run beside each other. */
  watchClient(): (pool: object, sizeBytes: number) => void;
  /** Bytes; null: nothing was told. */
  read(): number | null;
}

export function createHeapPeak(): HeapPeak {
  let peakBytes = 0;
  return {
    watchClient() {
      const pools = new Map<object, number>();
      return (pool, sizeBytes) => {
        pools.set(pool, sizeBytes);
        const sumBytes = [...pools.values()].reduce((sum, bytes) => sum + bytes, 0);
        peakBytes = Math.max(peakBytes, sumBytes);
      };
    },
    read: () => (peakBytes > 0 ? peakBytes : null),
  };
}
