import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import {
  readNormalisation,
  withChannelOrder,
  withDepthKind,
  withDetail,
  withMultiple,
  withNormalisation,
} from './contract-draft.ts';

const MULTIPLES = [8, 14, 16, 32, 64] as const;

interface ContractFormProps {
  readonly manifest: ModelManifest;
  onChange(manifest: ModelManifest): void;
}

/** What may be corrected of a guessed contract; the rest is shown. */
export function ContractForm({ manifest, onChange }: ContractFormProps) {
  const { t } = useTranslation('models');
  const nameId = useId();
  const { input, output, licence } = manifest;
  const { size, detail } = input;
  const normalisation = readNormalisation(input);
  const isDepth = output.kind === 'disparity' || output.kind === 'metric-depth';
  const isDynamic = size.rule === 'long-side' || size.rule === 'closest-scale';
  const sizeText =
    size.rule === 'fixed'
      ? t('own.sizes.fixed', { width: size.widthPx, height: size.heightPx })
      : t(`own.sizes.${size.rule}`, { multiple: 'multipleOf' in size ? size.multipleOf : '' });

  return (
    <div className="contract-form">
      <div className="field">
        <div className="field-row">
          <label htmlFor={nameId} className="field-label">
            {t('own.name')}
          </label>
          <input
            id={nameId}
            className="text-input"
            value={manifest.name}
            maxLength={80}
            onChange={(event) => onChange({ ...manifest, name: event.target.value })}
          />
        </div>
      </div>
      {isDepth ? (
        <Select
          label={t('own.kind')}
          value={output.kind}
          options={(['disparity', 'metric-depth'] as const).map((value) => ({
            value,
            label: t(`own.kinds.${value}`),
          }))}
          onChange={(kind) => onChange(withDepthKind(manifest, kind as 'disparity' | 'metric-depth'))}
        />
      ) : (
        <Fact label={t('own.kind')} value={t(`own.kinds.${output.kind}`)} />
      )}
      {'labels' in output && (
        <Fact
          label={t('own.classes')}
          value={t('own.classesValue', { count: output.labels.length, labelSet: output.labelSet })}
        />
      )}
      {licence.name !== 'unknown' && <Fact label={t('own.licence')} value={licence.name} />}
      <Fact label={t('own.input_')} value={input.name} />
      <Fact label={t('own.output')} value={output.kind === 'mask2former' ? output.masksName : output.name} />
      <Select
        label={t('own.normalisation')}
        value={normalisation}
        options={(['graph', 'imagenet', 'half', 'raw', 'other'] as const)
          .filter((value) => value !== 'other' || normalisation === 'other')
          .map((value) => ({ value, label: t(`own.normalisations.${value}`) }))}
        onChange={(choice) => onChange(withNormalisation(manifest, choice))}
      />
      <Select
        label={t('own.colors')}
        value={input.channelOrder}
        options={[
          { value: 'RGB', label: 'RGB' },
          { value: 'BGR', label: 'BGR' },
        ]}
        onChange={(order) => onChange(withChannelOrder(manifest, order))}
      />
      {isDynamic ? (
        <>
          <Select
            label={t('own.size')}
            value={String(size.multipleOf)}
            options={[...new Set([...MULTIPLES, size.multipleOf])].map((multiple) => ({
              value: String(multiple),
              label: t(`own.sizes.${size.rule}`, { multiple }),
            }))}
            onChange={(multiple) => onChange(withMultiple(manifest, Number(multiple)))}
          />
          <Slider
            label={t('own.detail')}
            value={detail.defaultPx}
            min={detail.minPx}
            max={detail.maxPx}
            step={Math.max(1, detail.stepPx)}
            formatValue={(value) => `${value} px`}
            onChange={(detailPx) => onChange(withDetail(manifest, detailPx))}
          />
        </>
      ) : (
        <Fact label={t('own.size')} value={sizeText} />
      )}
    </div>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className="field-row">
      <span className="field-label">{label}</span>
      <span className="field-value truncate">{value}</span>
    </div>
  );
}
