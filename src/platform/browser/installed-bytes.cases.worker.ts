/** Opens an installed model in a worker, makes a session of it and runs it, and closes when it is told to. */
import { expose } from 'comlink';
import type { ModelBytes, TensorData } from '../../engine/platform.ts';
import { openInstalledModel } from './installed-bytes.ts';
import { loadWasmRuntime } from './onnx-runtime.ts';
import { createOrtSession } from './session.ts';

let model: ModelBytes | null = null;

const cases = {
  /** Bytes in memory: of the graph, and of each file beside it. Null: not installed. */
  async open(modelId: string): Promise<{ graph: number; external: [string, number][] } | null> {
    model = await openInstalledModel({ modelId, revision: 'main', variant: 'fp32' });
    if (model === null) return null;
    const external = model.externalData.map(({ name, bytes }): [string, number] => [name, bytes.length]);
    return { graph: model.graph.length, external };
  },
  async compute(feeds: Record<string, TensorData>): Promise<Record<string, TensorData>> {
    if (model === null) throw new Error('open it first');
    const session = await createOrtSession(await loadWasmRuntime(1), model, {
      executionProvider: 'wasm',
      device: null,
      skipsGraphOptimization: false,
    });
    return { ...(await session.run(feeds)) };
  },
  close: () => model?.close?.(),
};

export type InstalledBytesCases = typeof cases;
expose(cases);
