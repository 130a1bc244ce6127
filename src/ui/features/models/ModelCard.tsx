import {
  CircleAlert,
  CircleCheck,
  CloudDownload,
  ExternalLink,
  FileInput,
  Loader,
  Lock,
  Pause,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry, ModelStatus } from '../../../client/model-library.types.ts';
import { sumSizeBytes } from '../../../engine/models/choose-variant.ts';
import { Progress } from '../../components/Progress.tsx';
import { Select } from '../../components/Select.tsx';
import { describeError } from '../../error-messages.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useModelTexts } from '../../hooks/useModelTexts.ts';
import type { Speed } from '../../model-speed.ts';
import { useServices } from '../../services.tsx';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { BlockedNote } from './BlockedNote.tsx';
import { ModelCardActions } from './ModelCardActions.tsx';
import { SelfTestNotes } from './SelfTestNotes.tsx';
import { describeModelError, describeProgress, describeState, progressFraction } from './model-words.ts';
import './model-card.css';

const STATE_ICONS: Readonly<Record<ModelStatus['state'], typeof Lock>> = {
  available: CloudDownload,
  downloading: Loader,
  paused: Pause,
  verifying: Loader,
  ready: CircleCheck,
  failed: CircleAlert,
  blocked: Lock,
};

interface ModelCardProps {
  readonly entry: ModelEntry;
  readonly speed: Speed;
}

/** One model: what it costs, what it is good for, where it stands, what can be done. */
export function ModelCard({ entry, speed }: ModelCardProps) {
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  const { manifest, status } = entry;
  const chosenId = useSettingsStore((state) =>
    manifest.task === 'parsing' ? state.parsingModelId : state.modelId,
  );
  const isInUse = chosenId === manifest.id;
  const { summary, licenceNote } = useModelTexts(manifest);
  const titleId = `model-${manifest.id}`;
  const Icon =
    status.state === 'available' && status.source === 'bring-file' ? FileInput : STATE_ICONS[status.state];
  const isMoving =
    status.state === 'downloading' || status.state === 'paused' || status.state === 'verifying';

  return (
    <article
      className="model-card"
      data-testid="model-card"
      data-model={manifest.id}
      data-state={status.state}
      data-in-use={isInUse ? '' : undefined}
      aria-labelledby={titleId}
    >
      <div className="model-head">
        <h3 id={titleId} className="model-name">
          {manifest.name}
        </h3>
        {manifest.output.kind === 'metric-depth' && <span className="tag">{t('card.metric')}</span>}
        {isInUse && <span className="tag tag-strong">{t('card.inUse')}</span>}
        <span className="model-state" data-state={status.state}>
          <Icon aria-hidden />
          {status.state === 'ready' && status.isEmbedded
            ? t('card.builtIn')
            : describeState(status, t, format)}
        </span>
      </div>
      <p className="model-summary">{summary}</p>
      <ModelFacts entry={entry} speed={speed} />
      {isMoving && (
        <div className="model-progress">
          <Progress label={describeState(status, t, format)} fraction={progressFraction(status)} />
          <p className="field-hint num" data-testid="model-progress">
            {describeProgress(status, t, format)}
          </p>
        </div>
      )}
      {status.state === 'failed' && (
        <p className="model-note" data-tone="error" role="alert">
          {describeModelError(status.error, t, format) ?? describeError(status.error, i18n)}
        </p>
      )}
      <SelfTestNotes entry={entry} />
      <BlockedNote entry={entry} />
      {licenceNote !== null && <p className="field-hint">{licenceNote}</p>}
      {manifest.variants.length > 1 && !isMoving && <VariantSelect entry={entry} />}
      <ModelCardActions entry={entry} isInUse={isInUse} />
    </article>
  );
}

/** Which of the model's files; by default the one chosen for the device. */
function VariantSelect({ entry }: { readonly entry: ModelEntry }) {
  const { models } = useServices();
  const { t } = useTranslation('models');
  const format = useFormat();
  const { manifest, variant, isVariantOverridden } = entry;
  return (
    <Select
      label={t('card.variant')}
      value={isVariantOverridden ? variant.id : ''}
      options={[
        { value: '', label: t('card.variantAuto', { name: variant.id }) },
        ...manifest.variants.map((option) => ({
          value: option.id,
          label: t('card.variantOption', { name: option.id, size: format.bytes(sumSizeBytes(option)) }),
        })),
      ]}
      onChange={(id) => models.setVariant(manifest.id, id === '' ? null : id)}
    />
  );
}

function ModelFacts({ entry, speed }: ModelCardProps) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const { manifest, variant, status } = entry;
  const sizeBytes = sumSizeBytes(variant);
  const isRounded = variant.files.some((file) => file.isSizeApproximate === true);
  const isPinned = status.state === 'ready' && status.files.some(({ hashOrigin }) => hashOrigin === 'pinned');
  return (
    <>
      <dl className="model-facts">
        <div>
          <dt>{status.state === 'ready' ? t('card.sizeOnDisk') : t('card.size')}</dt>
          <dd>
            {isRounded ? t('card.approximate', { value: format.bytes(sizeBytes) }) : format.bytes(sizeBytes)}
          </dd>
        </div>
        <div>
          <dt>{t('card.memory')}</dt>
          <dd>{t('card.approximate', { value: format.bytes(variant.memoryBytes) })}</dd>
        </div>
        <div>
          <dt>{t('card.speed')}</dt>
          <dd>
            {speed.kind === 'unknown'
              ? t('card.unknown')
              : t(`card.${speed.kind}`, { value: format.duration(speed.photoMs) })}
          </dd>
        </div>
        {manifest.qualityLevel !== undefined && (
          <div>
            <dt>{t('card.quality')}</dt>
            <dd>
              <span className="quality" data-level={manifest.qualityLevel} aria-hidden>
                {[1, 2, 3, 4, 5].map((step) => (
                  <i key={step} data-on={step <= (manifest.qualityLevel ?? 0) ? '' : undefined} />
                ))}
              </span>
              <span className="sr-only">{t('card.qualityValue', { level: manifest.qualityLevel })}</span>
            </dd>
          </div>
        )}
        <div>
          <dt>{t('card.licence')}</dt>
          <dd>
            {manifest.licence.url === null ? (
              // Of a user's model, where nobody said.
              manifest.licence.name === 'unknown' ? (
                t('card.licenceUnknown')
              ) : (
                manifest.licence.name
              )
            ) : (
              <a href={manifest.licence.url} target="_blank" rel="noreferrer">
                {manifest.licence.name} <ExternalLink aria-hidden className="inline-icon" />
              </a>
            )}
          </dd>
        </div>
      </dl>
      {isPinned && <p className="field-hint">{t('card.pinned')}</p>}
    </>
  );
}
