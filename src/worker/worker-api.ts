/** The boundary of the inference worker: the engine's own, plus what only browsers need. Types only. */
import type { EngineApi, Reply } from '../engine/api.ts';
import type { LoadRequest, SelfTestRequest } from '../engine/engine.ts';
import type { DecodedImage } from '../engine/platform.ts';
import type { SelfTestReport } from '../engine/self-test.ts';

export interface InferenceWorkerApi extends EngineApi<Blob | DecodedImage> {
  /** Opens the model before anybody asks for a map. */
  load(request: LoadRequest): Promise<Reply<null>>;
  /** Loads the model and runs its fixed picture; `reference` decides whether the execution provider can be trusted with it. */
  selfTest(request: SelfTestRequest): Promise<Reply<SelfTestReport>>;
}
