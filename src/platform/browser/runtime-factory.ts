/**
 * ONNX Runtime's own factory, with its WebAssembly fetched and compiled beside the runtime's scripts, not after them. A
 * script of its own: the runtime imports it by address, once per worker (`env.wasm.wasmPaths.mjs`). Its threads load the
 * original.
 */
import factoryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

/** Emscripten's `Module`, what is touched of it. */
interface FactoryConfig {
  instantiateWasm?(
    imports: WebAssembly.Imports,
    onInstance: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): void;
}

type Factory = (config: FactoryConfig) => Promise<unknown>;

/** Where the runtime finds {@link createRuntime}. */
export const factoryAddress = import.meta.url;

export const wasmAddress = new URL(wasmUrl, import.meta.url).href;

// Null: the runtime tries by itself, also where a server names the wrong type, and reports what is wrong.
const compiled = WebAssembly.compileStreaming(fetch(wasmAddress, { credentials: 'same-origin' })).catch(
  () => null,
);
const original = import(/* @vite-ignore */ new URL(factoryUrl, import.meta.url).href) as Promise<{
  readonly default: Factory;
}>;

/** @public Called by the runtime only. */
export default async function createRuntime(config: FactoryConfig): Promise<unknown> {
  const [{ default: factory }, module] = await Promise.all([original, compiled]);
  if (module === null) return factory(config);
  return new Promise((resolve, reject) => {
    const instantiateWasm: FactoryConfig['instantiateWasm'] = (imports, onInstance) => {
      WebAssembly.instantiate(module, imports)
        .then((instance) => onInstance(instance, module))
        // Emscripten would wait for ever.
        .catch(reject);
    };
    factory({ ...config, instantiateWasm }).then(resolve, reject);
  });
}
