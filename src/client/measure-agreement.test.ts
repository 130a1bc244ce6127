import { describe, expect, it } from 'vitest';
import type { LabelsResult } from '../engine/api.ts';
import { M2FP_MULTI } from '../engine/models/m2fp.ts';
import type { ClientSnapshot, EnqueueRequest, TaskView } from './inference-client.types.ts';
import { measureAgreement } from './measure-agreement.ts';

const QUICK: EnqueueRequest = {
  taskId: 'cost',
  source: new Blob(['photo']),
  sourceSha256: 'a',
  pipeline: 'human-parsing',
  model: M2FP_MULTI,
  variant: 'fp32',
  options: { detailPx: 640, maxLongSidePx: 800 },
};
const REFERENCE = { detailPx: 640, maxLongSidePx: null };

/** Labels by the cap that was asked for. */
function createFake(labelsByCap: ReadonlyMap<number | null, readonly number[]>) {
  const requests: EnqueueRequest[] = [];
  const tasks = new Map<string, TaskView>();
  const forgotten: string[] = [];
  return {
    requests,
    forgotten,
    client: {
      subscribe: () => () => undefined,
      enqueue(request: EnqueueRequest) {
        requests.push(request);
        const inference = request.options.maxLongSidePx === null ? 300 : 100;
        const timings = { load: 1000, decode: 1000, preprocess: 10, inference, postprocess: 5 };
        tasks.set(request.taskId, { state: 'done', summary: { timings } } as unknown as TaskView);
      },
      getSnapshot: () => ({ tasks }) as unknown as ClientSnapshot,
      forget: (ids: readonly string[]) => void forgotten.push(...ids),
      getResult: async (taskId: string) => {
        const cap = requests.find((request) => request.taskId === taskId)!.options.maxLongSidePx;
        const labelsU8 = Uint8Array.from(labelsByCap.get(cap)!);
        const result: Partial<LabelsResult> = {
          kind: 'labels',
          widthPx: labelsU8.length,
          heightPx: 1,
          labelsU8,
        };
        return result as LabelsResult;
      },
    },
  };
}

describe('what a quicker way costs', () => {
  it('is the share of equal labels, and the time of both ways', async () => {
    const fake = createFake(
      new Map([
        [800, [0, 0, 3, 4]],
        [null, [0, 0, 3, 5]],
      ]),
    );
    const agreement = await measureAgreement(
      fake.client,
      { quick: QUICK, reference: REFERENCE },
      new AbortController().signal,
    );
    expect(agreement).toEqual({ pixels: 0.75, foreground: 0.5, quickMs: 115, referenceMs: 315 });
    expect(fake.requests.map(({ options }) => options.maxLongSidePx)).toEqual([800, null]);
    expect(fake.forgotten).toEqual(['cost:quick', 'cost:reference']);
  });

  it('leaves nothing behind when the reader leaves', async () => {
    const fake = createFake(new Map());
    const abort = new AbortController();
    const client = { ...fake.client, getSnapshot: () => ({ tasks: new Map() }) as unknown as ClientSnapshot };
    const measuring = measureAgreement(client, { quick: QUICK, reference: REFERENCE }, abort.signal);
    abort.abort(new DOMException('left', 'AbortError'));
    await expect(measuring).rejects.toMatchObject({ message: 'left' });
    expect(fake.forgotten).toHaveLength(2);
  });
});
