import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SelfTestSubject } from '../../client/self-test.ts';
import { selfTestKey } from '../../client/self-test-key.ts';
import { useMeasuringDoor, useSelfTestsSnapshot } from '../hooks/useMeasuringDoor.ts';
import { Button } from './Button.tsx';

interface TestAgainProps {
  readonly subject: SelfTestSubject;
  /** The button says what it tests; else its surroundings do. */
  readonly isNamed?: boolean;
}

/** Forgets a verdict and tests again at once; says how it goes and how it ended. */
export function TestAgain({ subject, isNamed = false }: TestAgainProps) {
  const { t } = useTranslation('models');
  const measuring = useMeasuringDoor();
  const { running, outcomes } = useSelfTestsSnapshot(measuring);
  const key = selfTestKey(subject.model, subject.variant, subject.provider);
  const outcome = outcomes.get(key);
  const isRunning = running === key;
  const isBlocked = measuring === null || running !== null;
  const provider = subject.provider === 'webgpu' ? 'WebGPU' : 'WASM';
  return (
    <span className="test-again" data-testid="test-again" data-outcome={isRunning ? 'running' : outcome}>
      <Button
        icon={<RotateCcw aria-hidden />}
        // Not `disabled`: the keyboard's focus stays where it is.
        aria-disabled={isBlocked}
        aria-label={t('selfTest.againNamed', { provider, name: subject.model.name })}
        onClick={() => {
          if (!isBlocked) void measuring.selfTests.testAgain(subject);
        }}
      >
        {isNamed ? t('selfTest.againWay', { way: `${provider} · ${subject.variant}` }) : t('selfTest.again')}
      </Button>
      <span role="status" className="field-hint">
        {isRunning ? t('selfTest.running') : outcome && t(`selfTest.${outcome}`)}
      </span>
    </span>
  );
}
