/** Composition root of an inference worker: engine + browser platform, over Comlink. */
import { expose, transfer } from 'comlink';
import { createEngine } from '../engine/engine.ts';
import { listReplyBuffers } from '../engine/transfer.ts';
import { createBrowserPlatform } from '../platform/browser/browser-platform.ts';
import { loadInstalledModel } from '../platform/browser/installed-model.ts';
import { prefetchWasmRuntime } from '../platform/browser/onnx-runtime.ts';
import type { InferenceWorkerApi } from './worker-api.ts';

// Whoever opened this worker knows the provider before the page's own script can say so.
if (self.name === 'inference-wasm') prefetchWasmRuntime();

const platform = createBrowserPlatform({
  baseUrl: new URL(import.meta.env.BASE_URL, self.location.origin).href,
  loadInstalledModel,
});
const engine = createEngine(platform);

const api: InferenceWorkerApi = {
  connect: (config, onEvent) => engine.connect(config, onEvent),
  async run(request) {
    const reply = await engine.run(request);
    return transfer(reply, listReplyBuffers(reply));
  },
  cancel: (taskId) => engine.cancel(taskId),
  unload: (modelId) => engine.unload(modelId),
  load(request) {
    // The bytes travel while the runtime starts.
    const variant = request.model.variants.find(({ id }) => id === request.variant);
    if (variant !== undefined) platform.prefetch(request.model, variant);
    return engine.load(request);
  },
  selfTest: (request) => engine.selfTest(request),
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
