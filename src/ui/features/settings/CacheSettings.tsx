import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Select } from '../../components/Select.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useClientSnapshot, useServices } from '../../services.tsx';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { CACHE_BUDGETS_BYTES, withValue } from './setting-options.ts';

/** Maps that are kept, so that they need no computing again. */
export function CacheSettings() {
  const { client } = useServices();
  const { t } = useTranslation();
  const format = useFormat();
  const cache = useClientSnapshot((snapshot) => snapshot.cache);
  const budgetBytes = useSettingsStore((state) => state.cacheBudgetBytes);
  const update = useSettingsStore((state) => state.update);

  const clear = async () => {
    await client.clearResultCache();
    useNoticeStore.getState().announce(t('settings.cleared'));
  };

  return (
    <section className="settings-group" aria-labelledby="settings-cache">
      <h3 id="settings-cache">{t('settings.cache')}</h3>
      <p className="field-hint">{t('settings.cacheHint')}</p>
      {cache.state === 'unavailable' ? (
        <p className="field-hint">{t('settings.cacheUnavailable')}</p>
      ) : (
        <>
          <Select
            label={t('settings.cacheBudget')}
            value={String(budgetBytes)}
            options={withValue(CACHE_BUDGETS_BYTES, budgetBytes).map((value) => ({
              value: String(value),
              label: value === 0 ? t('settings.cacheOff') : format.bytes(value),
            }))}
            onChange={(value) => update({ cacheBudgetBytes: Number(value) })}
          />
          <div className="field-row">
            <span className="field-value" data-testid="cache-size">
              {t('settings.cacheSize', { size: format.bytes(cache.sizeBytes), count: cache.entryCount })}
            </span>
            <Button disabled={cache.entryCount === 0} onClick={() => void clear()}>
              {t('settings.clearCache')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
