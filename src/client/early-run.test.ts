import { describe, expect, it } from 'vitest';
import type { EngineEvent, InferenceResult, Reply, RunRequest } from '../engine/api.ts';
import { EngineError, toWireError } from '../engine/errors.ts';
import { ISOBATH_DEPTH_TINY as MODEL } from '../engine/models/isobath-depth-tiny.ts';
import { makeFakeResult } from '../scheduling/fake-slot.ts';
import { beginEarlyRun, makePlainRequest } from './early-run.ts';

const SAMPLE = new Blob(['sample']);

type Replies = Reply<readonly Reply<InferenceResult>[]>;

function setUp() {
  const requests: RunRequest[] = [];
  const answers: ((replies: Replies) => void)[] = [];
  const events: EngineEvent[] = [];
  const early = beginEarlyRun(
    SAMPLE,
    MODEL,
    (request) => {
      requests.push(request);
      return new Promise((resolve) => answers.push(resolve));
    },
    (event) => events.push(event),
  );
  const ask = (taskId: string, source = new Blob(['sample']), detailPx = 256) => {
    const plain = makePlainRequest(MODEL);
    const pipelines = [{ ...plain, options: { ...plain.options, detailPx } }];
    return early.run({ taskId, source, pipelines });
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { early, requests, answers, events, ask, settle };
}

const GOOD: Replies = { ok: true, value: [{ ok: true, value: makeFakeResult() }] };
const BAD: Replies = { ok: false, error: toWireError(new EngineError('MODEL_FETCH_FAILED', 'offline')) };

describe('the run that begins before the page', () => {
  it('is what the first request gets that asks for the same of the same bytes', async () => {
    const { requests, answers, ask, settle } = setUp();
    const asked = ask('street');
    await settle();
    expect(requests).toHaveLength(1);
    answers[0]?.(GOOD);
    expect(await asked).toBe(GOOD);
    void ask('street again');
    await settle();
    expect(requests.map(({ taskId }) => taskId)).toEqual(['early-sample', 'street again']);
  });

  it.each([
    ['another picture of the same size', new Blob(['Sample']), 256],
    ['another picture', new Blob(['another']), 256],
    ['another detail', new Blob(['sample']), 288],
  ])('lets %s wait for its end, and run by itself', async (_, source, detailPx) => {
    const { requests, answers, ask, settle } = setUp();
    const asked = ask('own', source, detailPx);
    await settle();
    expect(requests).toHaveLength(1);
    answers[0]?.(GOOD);
    await settle();
    expect(requests.map(({ taskId }) => taskId)).toEqual(['early-sample', 'own']);
    answers[1]?.(BAD);
    expect(await asked).toBe(BAD);
  });

  it('runs again where it failed: the request meets the failure itself', async () => {
    const { requests, answers, ask, settle } = setUp();
    const asked = ask('street');
    answers[0]?.(BAD);
    await settle();
    expect(requests).toHaveLength(2);
    answers[1]?.(GOOD);
    expect(await asked).toBe(GOOD);
  });

  it('shows its progress as that of the request, the last one at once', async () => {
    const { early, events, ask, settle } = setUp();
    const progress = (stage: 'load' | 'decode', taskId = 'early-sample') =>
      ({ type: 'progress', taskId, stage, fraction: null }) as const;
    expect(early.relay(progress('load'))).toBeNull();
    expect(early.relay(progress('load', 'other'))).toEqual(progress('load', 'other'));
    void ask('street');
    await settle();
    expect(events).toEqual([progress('load', 'street')]);
    expect(early.relay(progress('decode'))).toEqual(progress('decode', 'street'));
  });
});
