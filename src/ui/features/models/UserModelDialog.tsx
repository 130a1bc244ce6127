import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectedModel } from '../../../client/model-library.types.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Progress } from '../../components/Progress.tsx';
import { describeError } from '../../error-messages.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useServices } from '../../services.tsx';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { ContractForm } from './ContractForm.tsx';
import { describeModelError } from './model-words.ts';
import { PreviewCanvas } from './PreviewCanvas.tsx';
import { useModelActions } from './useModelActions.ts';
import { usePreview } from './usePreview.ts';
import './user-model-dialog.css';

interface UserModelDialogProps {
  readonly inspected: InspectedModel;
  onClose(): void;
}

/** What the model most likely is, to be looked at and corrected before it is kept. */
export function UserModelDialog({ inspected, onClose }: UserModelDialogProps) {
  const { models } = useServices();
  const { t } = useTranslation('models');
  const { report } = useModelActions();
  const [manifest, setManifest] = useState<ModelManifest>(inspected.manifest);
  const [isSaving, setSaving] = useState(false);
  const isMissing = inspected.missingFiles.length > 0;

  const save = async () => {
    setSaving(true);
    try {
      await models.importUserModel({ manifest, files: inspected.files });
      const { task, update } = useSettingsStore.getState();
      update({ [manifest.task === 'parsing' ? 'parsingModelId' : 'modelId']: manifest.id });
      // A parser is of use to those tasks only; starting them all is the user's to decide.
      const isIdle = manifest.task === 'parsing' && task === 'depth';
      const text = t(isIdle ? 'own.savedParsing' : 'own.saved', { name: manifest.name });
      useNoticeStore.getState().notify({ id: 'models', tone: 'info', text });
      onClose();
    } catch (error) {
      report(error);
    } finally {
      setSaving(false);
    }
  };

  const foot = (
    <>
      <Button onClick={onClose}>{t('action.cancel')}</Button>
      <Button
        variant="primary"
        disabled={isMissing || isSaving || manifest.name.trim() === ''}
        onClick={() => void save()}
      >
        {t('own.save')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('own.dialog', { name: inspected.manifest.name })} foot={foot}>
      <div className="own-dialog" data-testid="user-model-dialog">
        <div className="own-form">
          <p className="model-note">
            {t(`own.confidence.${inspected.confidence}`)}{' '}
            {inspected.reasons.map(({ code, details }) => t(`own.guess.${code}`, details as never)).join(' ')}
          </p>
          {isMissing && (
            <p className="model-note" data-tone="error" role="alert">
              {t('own.missing', { names: inspected.missingFiles.join(', ') })}
            </p>
          )}
          <ContractForm manifest={manifest} onChange={setManifest} />
        </div>
        {!isMissing && <PreviewPane inspected={inspected} manifest={manifest} />}
      </div>
    </Dialog>
  );
}

function PreviewPane({
  inspected,
  manifest,
}: {
  readonly inspected: InspectedModel;
  readonly manifest: ModelManifest;
}) {
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  const preview = usePreview(inspected, manifest);
  return (
    <section className="own-preview" aria-label={t('own.preview')} data-state={preview.state}>
      <div className="preview-stage">
        {preview.state === 'done' && <PreviewCanvas result={preview.result} label={t('own.preview')} />}
        {preview.state === 'computing' && (
          <div className="preview-wait">
            <p className="muted">{t('own.previewing')}</p>
            <Progress label={t('own.previewing')} fraction={null} />
          </div>
        )}
        {preview.state === 'failed' && (
          <p className="model-note" data-tone="error" role="alert">
            {t('own.previewFailed', {
              reason: describeModelError(preview.error, t, format) ?? describeError(preview.error, i18n),
            })}
          </p>
        )}
      </div>
      <p className="field-hint num">
        {preview.state === 'done'
          ? t('own.previewTimes', {
              size: format.size(preview.result.widthPx, preview.result.heightPx),
              time: format.duration(preview.result.timings.inference),
            })
          : t(manifest.task === 'parsing' ? 'own.previewHintParsing' : 'own.previewHint')}
      </p>
    </section>
  );
}
