/** The {@link Platform} of a browser worker: ONNX Runtime Web, createImageBitmap, our own origin. */
import { EngineError } from '../../engine/errors.ts';
import type { ModelManifest, ModelVariant } from '../../engine/models/manifest.ts';
import type { DecodedImage, ModelBytes, Platform } from '../../engine/platform.ts';
import { obtainProvider, type ObtainedProvider } from './capabilities.ts';
import { createGpuModel, type GpuModel } from './gpu-model.ts';
import { createImageDecoder } from './image-codec.ts';
import { loadEmbeddedModel, type LoadOptions } from './model-bytes.ts';
import { createOrtSession } from './session.ts';
import { watchWasmHeap } from './wasm-heap.ts';

export interface BrowserPlatformOptions {
  /** Absolute URL that embedded models are relative to. */
  readonly baseUrl: string;
  /** Reads models that the user installed. Without it only embedded models load. */
  readonly loadInstalledModel?: (
    model: ModelManifest,
    variant: ModelVariant,
    options: LoadOptions,
  ) => Promise<ModelBytes>;
}

/** An encoded picture, or pixels that were decoded already (frames of live view). */
export type BrowserSource = Blob | DecodedImage;

export interface BrowserPlatform extends Platform<BrowserSource> {
  /** Starts to fetch an embedded model, also before `configure`; the next `loadModel` for it takes what has come. */
  prefetch(model: ModelManifest, variant: ModelVariant): void;
  /** The device that sessions compute on; null on the processor. */
  getDevice(): GPUDevice | null;
  /** A model whose buffers stay on the device. Throws as `createSession`, and EXECUTION_PROVIDER_FAILED on the processor. */
  createGpuModel(
    bytes: ModelBytes,
    names: { readonly input: string; readonly output: string },
  ): Promise<GpuModel>;
}

function nameOf(model: ModelManifest, variant: ModelVariant): string {
  return `${model.id}@${model.revision}/${variant.id}`;
}

/** For one worker; `configure` once, before anything else. */
export function createBrowserPlatform(options: BrowserPlatformOptions): BrowserPlatform {
  let obtained: ObtainedProvider | null = null;
  let lostReason: string | null = null;
  const decodeImage = createImageDecoder();
  const measureHeap = watchWasmHeap();
  let prefetched: { readonly variant: string; readonly bytes: Promise<ModelBytes> } | null = null;
  const embedded = { fetch: globalThis.fetch.bind(globalThis), baseUrl: options.baseUrl };

  /** Once, and only where it succeeds: bytes are not kept, and a failure is not final. */
  async function loadEmbedded(model: ModelManifest, variant: ModelVariant, loadOptions: LoadOptions) {
    const early = prefetched?.variant === nameOf(model, variant) ? prefetched.bytes : null;
    prefetched = null;
    const bytes = await early?.catch(() => null);
    return bytes ?? loadEmbeddedModel(model, variant, embedded, loadOptions);
  }

  function requireProvider(): ObtainedProvider {
    if (!obtained) throw new EngineError('INTERNAL', 'The platform was not configured.');
    if (lostReason !== null) {
      throw new EngineError('EXECUTION_PROVIDER_FAILED', `The GPU device was lost: ${lostReason}`);
    }
    return obtained;
  }

  return {
    prefetch(model, variant) {
      if (!model.isEmbedded) return;
      const bytes = loadEmbeddedModel(model, variant, embedded, {
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      // Who loads the model sees the failure, and tries again.
      bytes.catch(() => undefined);
      prefetched = { variant: nameOf(model, variant), bytes };
    },
    async configure(config, onDeviceLost) {
      obtained = await obtainProvider(config, (reason) => {
        lostReason = reason;
        onDeviceLost(reason);
      });
      return obtained.capabilities;
    },
    loadModel(model, variant, loadOptions) {
      const { capabilities } = requireProvider();
      // The runtime would reject such a session, or worse, compute garbage.
      if (
        variant.needsShaderF16 &&
        capabilities.executionProvider === 'webgpu' &&
        !capabilities.adapter?.hasShaderF16
      ) {
        throw new EngineError(
          'EXECUTION_PROVIDER_FAILED',
          `${model.id}/${variant.id} computes in fp16, which this GPU's shaders cannot.`,
        );
      }
      if (model.isEmbedded) return loadEmbedded(model, variant, loadOptions);
      if (options.loadInstalledModel) return options.loadInstalledModel(model, variant, loadOptions);
      throw new EngineError('MODEL_NOT_INSTALLED', `${model.id}/${variant.id} is not installed.`);
    },
    measureHeap,
    getDevice: () => obtained?.device ?? null,
    async createGpuModel(bytes, names) {
      const { ort, device } = requireProvider();
      if (device === null) throw new EngineError('EXECUTION_PROVIDER_FAILED', 'There is no GPU device.');
      return createGpuModel(ort, bytes, device, names);
    },
    createSession(bytes, { skipsGraphOptimization = false } = {}) {
      const { ort, capabilities, device } = requireProvider();
      const { executionProvider } = capabilities;
      return createOrtSession(ort, bytes, { executionProvider, device, skipsGraphOptimization });
    },
    decodeImage: (source, decodeOptions) =>
      source instanceof Blob ? decodeImage(source, decodeOptions) : Promise.resolve(source),
    now: () => performance.now(),
    // A timer is clamped to 4 ms after five nestings; a message is not.
    yieldMacrotask: () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(null);
      }),
  };
}
