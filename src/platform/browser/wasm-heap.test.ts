import { expect, it } from 'vitest';
import { watchWasmHeap } from './wasm-heap.ts';

const PAGE_BYTES = 65_536;

it('sums the memories made since, as they grow', () => {
  const scope = { WebAssembly: { Memory: WebAssembly.Memory } };
  const readHeap = watchWasmHeap(scope);
  expect(readHeap()).toBeNull();
  // As the runtime probes for shared memory.
  new scope.WebAssembly.Memory({ initial: 0, maximum: 0, shared: true });
  expect(readHeap()).toBeNull();
  const memory = new scope.WebAssembly.Memory({ initial: 2, maximum: 10 });
  expect(memory).toBeInstanceOf(WebAssembly.Memory);
  expect(readHeap()).toBe(2 * PAGE_BYTES);
  memory.grow(3);
  expect(readHeap()).toBe(5 * PAGE_BYTES);
});
