/** Where the models of a request are to run, as things stand: pure. */
import type { ExecutionProvider, PipelineRequest } from '../engine/api.ts';
import type { EngineError } from '../engine/errors.ts';
import {
  chooseBackend,
  chooseBesideLive,
  type BackendChoice,
  type DeviceFacts,
  type ModelNeeds,
} from './backend-choice.ts';
import type { Part } from './backend-parts.ts';
import type { ClientSettings } from './inference-client.types.ts';
import type { Measurement } from './measured-choice.ts';

/** All that a choice depends on. */
export interface Situation {
  readonly facts: DeviceFacts;
  readonly settings: ClientSettings;
  readonly isLiveRunning: boolean;
  /** How many times memory ran out. */
  readonly squeezes: number;
  /** For all models, in this session. */
  readonly hasGpuFailed: boolean;
  /** Heap of a session of this model. */
  readonly memoryOf: (request: PipelineRequest) => number;
  /** WebGPU is not to be used for this model. */
  readonly isRefused: (request: PipelineRequest) => boolean;
  /** Null: WASM is right about this model, or was never tested. */
  readonly findWasmRefusal: (request: PipelineRequest) => EngineError | null;
  readonly findMeasurement: (request: PipelineRequest) => Measurement | null | undefined;
}

export interface PlannedPart extends Part {
  readonly choice: BackendChoice;
  /** WASM would compute it wrong and nothing else is left; null: it can be computed. */
  readonly refusal: EngineError | null;
}

/** For models that run together: as the heaviest of them needs it. */
export function chooseFor(wanted: readonly PipelineRequest[], situation: Situation): BackendChoice {
  const { facts, settings, memoryOf, isRefused, findWasmRefusal } = situation;
  const memoryBytes = Math.max(0, ...wanted.map(memoryOf));
  const heaviest = wanted.find((request) => memoryOf(request) === memoryBytes);
  const needs: ModelNeeds = {
    memoryBytes,
    squeezes: situation.squeezes,
    measured: heaviest && situation.findMeasurement(heaviest),
    webGpu: situation.hasGpuFailed ? 'failed' : wanted.some(isRefused) ? 'refused' : 'usable',
    isWasmWrong: wanted.some((request) => findWasmRefusal(request) !== null),
  };
  const choice = chooseBackend(settings, facts, needs);
  return situation.isLiveRunning && !needs.isWasmWrong ? chooseBesideLive(choice) : choice;
}

/** Models of one provider go together; what nothing here computes right goes alone. `indexes` are places in `wanted`. */
export function planParts(
  wanted: readonly PipelineRequest[],
  indexes: readonly number[],
  situation: Situation,
): readonly PlannedPart[] {
  const byProvider = new Map<ExecutionProvider, number[]>();
  const refused: PlannedPart[] = [];
  for (const index of indexes) {
    const request = wanted[index]!;
    const choice = chooseFor([request], situation);
    const { executionProvider } = choice.config;
    const refusal = executionProvider === 'wasm' ? situation.findWasmRefusal(request) : null;
    if (refusal !== null) refused.push({ indexes: [index], pipelines: [request], choice, refusal });
    else byProvider.set(executionProvider, [...(byProvider.get(executionProvider) ?? []), index]);
  }
  const planned = [...byProvider.values()].map((members) => {
    const pipelines = members.map((index) => wanted[index]!);
    return { indexes: members, pipelines, choice: chooseFor(pipelines, situation), refusal: null };
  });
  return [...planned, ...refused];
}
