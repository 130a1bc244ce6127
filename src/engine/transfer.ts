import type { InferenceResult, Reply } from './api.ts';

/** The buffers of one result. */
function listResultBuffers(result: InferenceResult): ArrayBuffer[] {
  switch (result.kind) {
    case 'disparity':
      return [result.disparity.buffer];
    case 'metric-depth':
      return [result.depthM.buffer];
    case 'labels':
      return result.instancesU16 === null
        ? [result.labelsU8.buffer]
        : [result.labelsU8.buffer, result.instancesU16.buffer];
  }
}

/** The explicit transfer list of `EngineApi.run`'s reply: each buffer once; the sender loses them. */
export function listReplyBuffers(reply: Reply<readonly Reply<InferenceResult>[]>): ArrayBuffer[] {
  if (!reply.ok) return [];
  const buffers = reply.value.flatMap((one) => (one.ok ? listResultBuffers(one.value) : []));
  return [...new Set(buffers)];
}
