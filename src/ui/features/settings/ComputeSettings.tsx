import { useTranslation } from 'react-i18next';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { Select } from '../../components/Select.tsx';
import { useBackendText } from '../../hooks/useBackendText.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useClientSnapshot } from '../../services.tsx';
import { MAX_THREADS, MAX_WORKERS } from '../../stores/settings-schema.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { AutoChoice } from './AutoChoice.tsx';
import { listCounts, TIMEOUTS_MS, withValue } from './setting-options.ts';

/** What computes, and how many of them. */
export function ComputeSettings() {
  const { t } = useTranslation();
  const format = useFormat();
  const provider = useSettingsStore((state) => state.executionProvider);
  const workers = useSettingsStore((state) => state.workers);
  const threads = useSettingsStore((state) => state.threads);
  const timeoutMs = useSettingsStore((state) => state.taskTimeoutMs);
  const update = useSettingsStore((state) => state.update);
  const backend = useClientSnapshot((snapshot) => snapshot.backend);
  const { short, reason } = useBackendText();

  const countOptions = (chosen: 'auto' | number, inUse: number, max: number) => [
    {
      value: 'auto',
      label:
        chosen === 'auto' && inUse > 0
          ? t('settings.autoIs', { value: format.number(inUse) })
          : t('settings.auto'),
    },
    ...listCounts(navigator.hardwareConcurrency, max, chosen).map((count) => ({
      value: String(count),
      label: format.number(count),
    })),
  ];
  const parse = (value: string) => (value === 'auto' ? 'auto' : Number(value));

  return (
    <section className="settings-group" aria-labelledby="settings-compute">
      <h3 id="settings-compute">{t('settings.compute')}</h3>
      <div className="field">
        <span className="field-label">{t('settings.provider')}</span>
        <SegmentedControl
          label={t('settings.provider')}
          value={provider}
          options={(['auto', 'webgpu', 'wasm'] as const).map((value) => ({
            value,
            label: t(`settings.providers.${value}`),
          }))}
          onChange={(next) => update({ executionProvider: next })}
        />
        <p className="field-hint">
          {t('settings.inUse', { backend: short })} {reason}
        </p>
      </div>
      <AutoChoice />
      <Select
        label={t('settings.workers')}
        hint={t('settings.workersHint')}
        value={String(workers)}
        options={countOptions(workers, backend.workers, MAX_WORKERS)}
        onChange={(value) => update({ workers: parse(value) })}
      />
      <Select
        label={t('settings.threads')}
        hint={t('settings.threadsHint')}
        value={String(threads)}
        options={countOptions(threads, backend.threadsPerWorker, MAX_THREADS)}
        onChange={(value) => update({ threads: parse(value) })}
      />
      <Select
        label={t('settings.timeout')}
        hint={t('settings.timeoutHint')}
        value={String(timeoutMs)}
        options={withValue(TIMEOUTS_MS, timeoutMs).map((value) => ({
          value: String(value),
          label: format.duration(value),
        }))}
        onChange={(value) => update({ taskTimeoutMs: Number(value) })}
      />
    </section>
  );
}
