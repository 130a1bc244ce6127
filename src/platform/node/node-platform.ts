/** The platform of a server or a test: ONNX Runtime's CPU provider, model files on disk. */
import { EngineError } from '../../engine/errors.ts';
import type { Platform } from '../../engine/platform.ts';
import { loadModelBytes } from './model-bytes.ts';
import { createOrtSession } from './session.ts';

export interface NodePlatformOptions<Source> {
  /** Folder with one folder per model id, which holds the model's files by name. */
  readonly modelsDir: string;
  /** Encoded bytes, or raw pixels (`raw-pixels.ts`), to upright sRGB. */
  readonly decodeImage: Platform<Source>['decodeImage'];
}

export function createNodePlatform<Source>(options: NodePlatformOptions<Source>): Platform<Source> {
  let threads = 1;
  return {
    async configure(config) {
      if (config.executionProvider !== 'cpu') {
        throw new EngineError(
          'EXECUTION_PROVIDER_UNAVAILABLE',
          `Node runs models on the CPU, not on ${config.executionProvider}`,
          { details: { executionProvider: config.executionProvider } },
        );
      }
      threads = config.threads;
      return { executionProvider: 'cpu', threads, crossOriginIsolated: false, adapter: null };
    },
    loadModel: (model, variant, load) => loadModelBytes(options.modelsDir, model, variant, load),
    createSession: (bytes) => createOrtSession(bytes, threads),
    decodeImage: options.decodeImage,
    now: () => performance.now(),
    yieldMacrotask: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
