/** What the backend is asked for, and what it asks of its surroundings. */
import type { InferenceResult, PipelineRequest, Reply, RunRequest } from '../engine/api.ts';
import type { EngineError } from '../engine/errors.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';
import type { Pool } from '../scheduling/pool.types.ts';
import type { BackendChoice, DeviceFacts } from './backend-choice.ts';
import type { ClientNotice, ClientSettings, ClientSnapshot } from './inference-client.types.ts';
import type { Measurement } from './measured-choice.ts';

export interface BackendOptions {
  readonly settings: ClientSettings;
  readonly probeDevice: () => Promise<DeviceFacts>;
  readonly createPool: (choice: BackendChoice, taskTimeoutMs: number) => Pool<Blob>;
  /** True where the self-test has found WebGPU wrong for this model. */
  readonly isWebGpuRefused: (request: PipelineRequest) => boolean;
  /** What the self-test found where WASM computes this model wrong; null, or absent: it is right or untested. */
  readonly findWasmRefusal?: (request: PipelineRequest) => EngineError | null;
  /** What was measured of this model on this device; null: nothing. */
  readonly findMeasurement?: (request: PipelineRequest, facts: DeviceFacts) => Measurement | null;
  /** Heap of this model as it was measured here; null: not measured. */
  readonly findHeap?: (request: PipelineRequest) => number | null;
  readonly onChange: () => void;
  readonly onNotice: (code: ClientNotice['code'], details: ClientNotice['details']) => void;
}

export interface Backend {
  /** Resolves when the device is known. */
  ready(): Promise<void>;
  /** Ends pools that have nothing to do. */
  rest(): void;
  /** Something new was learnt of the device. Running tasks finish on their old slots. */
  replan(): void;
  /** A verdict was forgotten: models that WebGPU failed at in this session get another chance there. */
  forgive(): void;
  /** Running tasks finish on their old slots. */
  configure(settings: ClientSettings): void;
  /** Whether a request for these models could start now. May swap a pool; `onChange` tells when the answer may change. */
  canStart(pipelines: readonly PipelineRequest[]): boolean;
  /** While live view runs, the device is its own but for one worker. Running tasks finish on their old slots. */
  setLiveRunning(isRunning: boolean): void;
  /** As the pool's; models of one request may run on two providers, and what fails on WebGPU runs again on WASM. */
  run(request: RunRequest, options: ExecutorRunOptions): Promise<readonly Reply<InferenceResult>[]>;
  /** True when WebGPU was asked for by name and has failed: WASM results are then as good as it gets. */
  hasWebGpuFailed(request: PipelineRequest): boolean;
  getStatus(): ClientSnapshot['backend'];
  dispose(): void;
}
