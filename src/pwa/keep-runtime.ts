/** The WebGPU runtime: too large to keep on every device, kept where it is used. */
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { RUNTIME_CACHE } from './runtime-cache.ts';

/**
 * With a service worker in charge. The first visit fetched the runtime before there was one: asked for again, it comes
 * out of the HTTP cache and into the service worker's. Runtimes of earlier versions go.
 */
export async function keepWebGpuRuntime(isUsed: boolean): Promise<void> {
  const urls = [wasmUrl, mjsUrl].map((url) => new URL(url, location.href).href);
  if (isUsed) {
    for (const url of urls) {
      const response = await fetch(url);
      // The service worker keeps its own copy; this one is not needed.
      await response.body?.cancel();
    }
  }
  if (!(await caches.has(RUNTIME_CACHE))) return;
  const cache = await caches.open(RUNTIME_CACHE);
  for (const { url } of await cache.keys()) if (!urls.includes(url)) await cache.delete(url);
}
