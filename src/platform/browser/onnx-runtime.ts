/**
 * ONNX Runtime Web, one bundle per execution provider. Never the package's default entry: its old WebGPU provider
 * returns wrong numbers without an error where `shader-f16` is missing.
 */
import type * as Ort from 'onnxruntime-web/wasm';
import { IDENTITY_MODEL } from './identity-model.ts';

export type OnnxRuntime = typeof Ort;

function fetchWasmRuntime() {
  return Promise.all([import('./runtime-factory.ts'), import('onnxruntime-web/wasm')]);
}

/** What {@link loadWasmRuntime} will load begins to come. A failure is met, and reported, there. */
export function prefetchWasmRuntime(): void {
  fetchWasmRuntime().catch(() => undefined);
}

/** CPU: SIMD, and threads where the page is isolated. */
export async function loadWasmRuntime(threads: number): Promise<OnnxRuntime> {
  const [{ factoryAddress, wasmAddress }, ort] = await fetchWasmRuntime();
  configure(ort, { wasm: wasmAddress, mjs: factoryAddress }, threads);
  startRuntime(ort);
  return ort;
}

/** The native WebGPU provider: twice the download, so only where it will be used. */
export async function loadWebGpuRuntime(): Promise<OnnxRuntime> {
  const [ort, wasm, mjs] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
  ]);
  configure(ort, { wasm: wasm.default, mjs: mjs.default }, 1);
  return ort;
}

function configure(ort: OnnxRuntime, paths: { wasm: string; mjs: string }, threads: number): void {
  // Both paths: without `mjs` a build would run the worker's own chunk again inside every thread.
  ort.env.wasm.wasmPaths = {
    wasm: new URL(paths.wasm, import.meta.url).href,
    mjs: new URL(paths.mjs, import.meta.url).href,
  };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
}

/** The runtime fetches and compiles its megabytes with the first session only: here with one of nothing, beside the model's download. */
function startRuntime(ort: OnnxRuntime): void {
  ort.InferenceSession.create(IDENTITY_MODEL, { executionProviders: ['wasm'] })
    .then((session) => session.release())
    // The first real session meets the same failure, and reports it.
    .catch(() => undefined);
}
