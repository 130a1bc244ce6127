import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { createDeviceProfile } from './device-profile.ts';
import { selfTestKey } from './self-test-key.ts';
import type { SelfTestOutcome, SelfTestSubject } from './self-test.ts';
import { createSelfTests } from './self-tests.ts';

const WASM: SelfTestSubject = { model: ISOBATH_DEPTH_TINY, variant: 'fp32', provider: 'wasm' };
const WEBGPU: SelfTestSubject = { ...WASM, provider: 'webgpu' };
const KEY = selfTestKey(ISOBATH_DEPTH_TINY, 'fp32', 'wasm');
const NUMBERS = { meanRelativeError: 0.4, tolerance: 0.001, correlation: 0.5 };

/** The test's answer is given by hand; its verdict goes into the profile as the real one's does. */
function setUp() {
  const profile = createDeviceProfile({ storage: undefined, fingerprint: 'v1' });
  const asked: SelfTestSubject[] = [];
  let answer: (outcome: SelfTestOutcome) => void = () => undefined;
  const selfTests = createSelfTests({
    profile,
    test: (subject, signal) =>
      new Promise((resolve, reject) => {
        asked.push(subject);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        answer = (outcome) => {
          const key = selfTestKey(subject.model, subject.variant, subject.provider);
          if (outcome !== 'not-run') profile.setVerdict(key, outcome === 'passed');
          resolve(outcome);
        };
      }),
  });
  return { profile, selfTests, asked, answer: (outcome: SelfTestOutcome) => answer(outcome) };
}

const NEVER = new AbortController().signal;

describe('testing what was never tested', () => {
  it('asks about nothing that is known, nor about WASM where the model ships no reference', async () => {
    const { profile, selfTests, asked, answer } = setUp();
    profile.setVerdict(KEY, true);
    const withoutReference: SelfTestSubject = {
      model: DEPTH_ANYTHING_V2_SMALL,
      variant: 'fp32',
      provider: 'wasm',
    };
    const done = selfTests.testUnknown([WASM, withoutReference, WEBGPU], NEVER);
    expect(asked).toEqual([WEBGPU]);
    answer('passed');
    await done;
    expect(asked).toHaveLength(1);
  });

  it('tries what could not run once a session', async () => {
    const { selfTests, asked, answer } = setUp();
    for (let round = 0; round < 2; round += 1) {
      const done = selfTests.testUnknown([WASM], NEVER);
      answer('not-run');
      await done;
    }
    expect(asked).toHaveLength(1);
  });

  it('ends with the signal', async () => {
    const { selfTests } = setUp();
    const controller = new AbortController();
    const done = selfTests.testUnknown([WASM], controller.signal);
    expect(selfTests.getSnapshot().running).toBe(KEY);
    controller.abort(new DOMException('Pictures go first.', 'AbortError'));
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(selfTests.getSnapshot().running).toBeNull();
  });
});

describe('testing again', () => {
  it('forgets the verdict of that provider, says what runs, and how it ended', async () => {
    const { profile, selfTests, answer } = setUp();
    profile.setVerdict(KEY, false, NUMBERS);
    profile.setVerdict(selfTestKey(ISOBATH_DEPTH_TINY, 'fp32'), false);
    const done = selfTests.testAgain(WASM);
    expect([profile.getVerdict(KEY), profile.getNumbers(KEY)]).toEqual([null, null]);
    expect(profile.getVerdict(selfTestKey(ISOBATH_DEPTH_TINY, 'fp32'))).toBe(false);
    expect(selfTests.getSnapshot()).toEqual({ running: KEY, askedAgain: KEY, outcomes: new Map() });
    answer('passed');
    await done;
    expect(profile.getVerdict(KEY)).toBe(true);
    expect(selfTests.getSnapshot()).toEqual({
      running: null,
      askedAgain: null,
      outcomes: new Map([[KEY, 'passed']]),
    });
  });

  it('leaves the old verdict with its numbers where the test cannot run', async () => {
    const { profile, selfTests, answer } = setUp();
    profile.setVerdict(KEY, false, NUMBERS);
    const done = selfTests.testAgain(WASM);
    answer('not-run');
    await done;
    expect([profile.getVerdict(KEY), profile.getNumbers(KEY)]).toEqual([false, NUMBERS]);
    expect(selfTests.getSnapshot().outcomes.get(KEY)).toBe('not-run');
  });

  it('is one at a time', async () => {
    const { selfTests, asked, answer } = setUp();
    const done = selfTests.testAgain(WASM);
    await selfTests.testAgain(WEBGPU);
    expect(asked).toEqual([WASM]);
    answer('failed');
    await done;
  });
});
