import { useTranslation } from 'react-i18next';
import { selfTestKey } from '../../../client/self-test.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useModelSnapshot, useServices } from '../../services.tsx';

/** What the golden self-test found, model by model. */
export function VerdictList() {
  const { profile } = useServices();
  const { t } = useTranslation('models');
  const format = useFormat();
  const entries = useModelSnapshot((snapshot) => snapshot.models);
  const ready = entries.filter(({ status }) => status.state === 'ready');
  return (
    <section className="device-box" aria-labelledby="device-verdicts">
      <h3 id="device-verdicts">{t('device.verdicts')}</h3>
      <p className="field-hint">{t('device.verdictsHint')}</p>
      <dl className="facts">
        {ready.map(({ manifest, variant }) => {
          const key = selfTestKey(manifest, variant.id);
          const verdict = profile.getVerdict(key);
          const numbers = profile.getNumbers(key);
          return (
            <div key={manifest.id} className="storage-part" data-verdict={String(verdict)}>
              <dt>{manifest.name}</dt>
              <dd>
                {verdict === null
                  ? t('device.verdictNone')
                  : verdict
                    ? t('device.verdictPassed')
                    : t('device.verdictFailed')}
                {numbers !== null && (
                  <span className="device-numbers">
                    {t('device.numbers', {
                      error: format.number(numbers.meanRelativeError, 5),
                      bound: format.number(numbers.tolerance, 5),
                      correlation: format.number(numbers.correlation, 5),
                    })}
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
