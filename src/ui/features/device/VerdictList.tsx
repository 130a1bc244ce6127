import { useTranslation } from 'react-i18next';
import type { SelfTestSubject } from '../../../client/self-test.ts';
import { selfTestKey } from '../../../client/self-test-key.ts';
import { TestAgain } from '../../components/TestAgain.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useMeasuringDoor, useSelfTestsSnapshot } from '../../hooks/useMeasuringDoor.ts';
import { useModelSnapshot, useServices } from '../../services.tsx';

/** What the golden self-test found, model by model and provider by provider. */
export function VerdictList() {
  const { t } = useTranslation('models');
  const entries = useModelSnapshot((snapshot) => snapshot.models);
  const ready = entries.filter(({ status }) => status.state === 'ready');
  return (
    <section className="device-box" aria-labelledby="device-verdicts">
      <h3 id="device-verdicts">{t('device.verdicts')}</h3>
      <p className="field-hint">{t('device.verdictsHint')}</p>
      <ul className="device-verdicts">
        {ready.map(({ manifest: model, variant: { id: variant } }) => (
          <li key={model.id} data-model={model.id}>
            <span className="device-verdict-model">
              {model.name} <span className="muted">{variant}</span>
            </span>
            <dl className="device-providers">
              <Verdict subject={{ model, variant, provider: 'webgpu' }} />
              <Verdict subject={{ model, variant, provider: 'wasm' }} />
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Verdict({ subject }: { readonly subject: SelfTestSubject }) {
  const { profile } = useServices();
  const { t } = useTranslation('models');
  const format = useFormat();
  const { outcomes, running, askedAgain } = useSelfTestsSnapshot(useMeasuringDoor());
  const { model, variant, provider } = subject;
  const key = selfTestKey(model, variant, provider);
  const verdict = profile.getVerdict(key);
  const numbers = profile.getNumbers(key);
  const isWasm = provider === 'wasm';
  const describe = () => {
    if (running === key) return t('selfTest.running');
    // Nothing else says what is right.
    if (isWasm && model.selfTest === undefined) return t('device.verdictReference');
    if (verdict === null) return t(isWasm ? 'device.verdictLater' : 'device.verdictNone');
    if (verdict) return t('device.verdictPassed');
    return t(isWasm ? 'device.verdictWasmFailed' : 'device.verdictFailed');
  };
  return (
    <div data-testid="verdict" data-provider={provider} data-verdict={String(verdict)}>
      <dt>{isWasm ? 'WASM' : 'WebGPU'}</dt>
      <dd>
        {describe()}
        {numbers !== null && (
          <span className="device-numbers">
            {t('device.numbers', {
              error: format.number(numbers.meanRelativeError, 5),
              bound: format.number(numbers.tolerance, 5),
              correlation: format.number(numbers.correlation, 5),
            })}
          </span>
        )}
        {(verdict === false || outcomes.has(key) || askedAgain === key) && <TestAgain subject={subject} />}
      </dd>
    </div>
  );
}
