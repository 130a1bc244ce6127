import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resolveOptions } from '../../../engine/image/input-size.ts';
import { Section } from '../../components/Section.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useOfferedModels } from '../../hooks/useOfferedModels.ts';
import { TARGET_FPS_RANGE, useLiveStore } from '../../stores/live-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useLiveSnapshot } from './live-context.ts';
import { useLiveModel } from './useLiveModel.ts';

const DEFAULT_TARGET_FPS = 15;

/** Model, input size, rate, steadiness. */
export function LiveMapSection() {
  const { t } = useTranslation('live');
  const { t: tApp } = useTranslation();
  const format = useFormat();
  const model = useLiveModel();
  const task = useLiveStore((state) => state.task);
  const models = useOfferedModels(task);
  const savedPx = useLiveStore((state) => state.detailPx[model.id]);
  const targetFps = useLiveStore((state) => state.targetFps);
  const steadiness = useLiveStore((state) => state.steadiness);
  const update = useLiveStore((state) => state.update);
  const [draftPx, setDraftPx] = useState<number | null>(null);
  const usedPx = useLiveSnapshot(({ stats }) => stats?.detailPx ?? null);
  const { minPx, maxPx, stepPx } = model.input.detail;
  const detailPx = resolveOptions(model.input, { detailPx: draftPx ?? savedPx ?? null }).detailPx;
  const commit = (next: number) => {
    setDraftPx(null);
    update({ detailPx: { ...useLiveStore.getState().detailPx, [model.id]: next } });
  };
  return (
    <Section id="live-map" title={tApp('map.title')}>
      <SegmentedControl
        label={t('map.task')}
        value={task}
        options={[
          { value: 'depth', label: t('map.tasks.depth') },
          { value: 'parsing', label: t('map.tasks.parsing') },
        ]}
        onChange={(next) => update({ task: next })}
      />
      {models.length > 1 ? (
        <Select
          label={tApp('map.model')}
          value={model.id}
          options={models.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(modelId) =>
            useSettingsStore.getState().update(task === 'parsing' ? { parsingModelId: modelId } : { modelId })
          }
        />
      ) : (
        <div className="field-row" style={{ minHeight: 20 }}>
          <span className="field-label">{tApp('map.model')}</span>
          <span className="field-value">{model.name}</span>
        </div>
      )}
      {minPx === maxPx ? (
        <p className="field-hint">{tApp('map.fixedDetail', { size: format.number(maxPx) })}</p>
      ) : (
        <>
          <Slider
            label={t('map.size')}
            value={targetFps === null ? detailPx : (usedPx ?? detailPx)}
            min={minPx}
            max={maxPx}
            step={stepPx}
            isDisabled={targetFps !== null}
            formatValue={(value) => tApp('map.detailValue', { size: format.number(value) })}
            hint={targetFps === null ? t('map.sizeHint') : t('map.sizeKept')}
            onChange={setDraftPx}
            onCommit={commit}
          />
          <Switch
            label={t('map.keepRate')}
            isOn={targetFps !== null}
            onChange={(isOn) => update({ targetFps: isOn ? DEFAULT_TARGET_FPS : null })}
          />
          {targetFps !== null && (
            <Slider
              label={t('map.rate')}
              value={targetFps}
              {...TARGET_FPS_RANGE}
              formatValue={(value) => t('map.rateValue', { rate: format.number(value) })}
              onChange={(value) => update({ targetFps: value })}
            />
          )}
        </>
      )}
      {task === 'depth' && (
        <Slider
          label={t('map.steady')}
          value={steadiness}
          min={0}
          max={1}
          step={0.05}
          formatValue={(value) => (value === 0 ? t('map.steadyOff') : format.percent(value))}
          hint={t('map.steadyHint')}
          onChange={(value) => update({ steadiness: value })}
        />
      )}
    </Section>
  );
}
