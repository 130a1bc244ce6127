/**
 * Runs self-tests apart from the user's work: those that were never run with this browser version, when nothing waits,
 * and one again on request. One at a time, each in a worker of its own.
 */
import type { DeviceProfile } from './device-profile.ts';
import { selfTestKey } from './self-test-key.ts';
import { canBeTested, type SelfTestOutcome, type SelfTestSubject } from './self-test.ts';

/** Immutable; the same object between changes. */
export interface SelfTestsSnapshot {
  /** Names what is tested now, as {@link selfTestKey}; null: nothing. */
  readonly running: string | null;
  /** Of these, what was asked for again and has not ended. */
  readonly askedAgain: string | null;
  /** How the tests ended that were asked for again in this session, by the same name. */
  readonly outcomes: ReadonlyMap<string, SelfTestOutcome>;
}

export interface SelfTests {
  subscribe(listener: () => void): () => void;
  getSnapshot(): SelfTestsSnapshot;
  /** Those that have no verdict yet and did not fail to run in this session. `onSubject`: before each. Rejects with `signal.reason` only. */
  testUnknown(
    subjects: readonly SelfTestSubject[],
    signal: AbortSignal,
    onSubject?: (subject: SelfTestSubject) => void,
  ): Promise<void>;
  /** Forgets the verdict and tests again; a test that cannot run leaves the old verdict. Does nothing while another runs. Never rejects. */
  testAgain(subject: SelfTestSubject): Promise<void>;
  dispose(): void;
}

export interface SelfTestsOptions {
  readonly profile: Pick<DeviceProfile, 'getVerdict' | 'getNumbers' | 'setVerdict' | 'forgetVerdict'>;
  /** Puts the verdict into the profile. Rejects with `signal.reason` only. */
  readonly test: (subject: SelfTestSubject, signal: AbortSignal) => Promise<SelfTestOutcome>;
}

function keyOf({ model, variant, provider }: SelfTestSubject): string {
  return selfTestKey(model, variant, provider);
}

export function createSelfTests({ profile, test }: SelfTestsOptions): SelfTests {
  const listeners = new Set<() => void>();
  const lifetime = new AbortController();
  /** Could not run: once a session is enough. */
  const tried = new Set<string>();
  let snapshot: SelfTestsSnapshot = { running: null, askedAgain: null, outcomes: new Map() };

  function update(change: Partial<SelfTestsSnapshot>): void {
    snapshot = { ...snapshot, ...change };
    for (const listener of listeners) listener();
  }

  const run = (subject: SelfTestSubject, signal: AbortSignal): Promise<SelfTestOutcome> =>
    test(subject, AbortSignal.any([signal, lifetime.signal]));

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    async testUnknown(subjects, signal, onSubject) {
      for (const subject of subjects) {
        signal.throwIfAborted();
        const key = keyOf(subject);
        if (!canBeTested(subject) || profile.getVerdict(key) !== null || tried.has(key)) continue;
        if (snapshot.running !== null) return;
        onSubject?.(subject);
        update({ running: key });
        try {
          if ((await run(subject, signal)) === 'not-run') tried.add(key);
        } finally {
          update({ running: null });
        }
      }
    },
    async testAgain(subject) {
      if (snapshot.running !== null) return;
      const key = keyOf(subject);
      const verdict = profile.getVerdict(key);
      const numbers = profile.getNumbers(key) ?? undefined;
      const others = new Map(snapshot.outcomes);
      others.delete(key);
      // First: whoever shows the verdict goes on with the test, not with nothing.
      update({ running: key, askedAgain: key, outcomes: others });
      profile.forgetVerdict(key);
      const outcome = await run(subject, lifetime.signal).catch((): SelfTestOutcome => 'not-run');
      // Work that came meanwhile may have tested it as well.
      if (verdict !== null && profile.getVerdict(key) === null) profile.setVerdict(key, verdict, numbers);
      const outcomes = new Map(snapshot.outcomes).set(key, outcome);
      update({ running: null, askedAgain: null, outcomes });
    },
    dispose() {
      lifetime.abort(new DOMException('The page is left.', 'AbortError'));
    },
  };
}
