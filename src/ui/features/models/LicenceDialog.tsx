import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useModelTexts } from '../../hooks/useModelTexts.ts';

interface LicenceDialogProps {
  readonly manifest: ModelManifest;
  /** False: the user brings the file. */
  readonly canDownload: boolean;
  readonly isOpen: boolean;
  onAccept(): void;
  onClose(): void;
}

/** A licence that forbids something is read before the download, not after. */
export function LicenceDialog({ manifest, canDownload, isOpen, onAccept, onClose }: LicenceDialogProps) {
  const { t } = useTranslation('models');
  const { name, licence } = manifest;
  const { licenceNote } = useModelTexts(manifest);
  const foot = (
    <>
      <Button onClick={onClose}>{t('action.cancel')}</Button>
      <Button
        variant="primary"
        onClick={() => {
          onClose();
          onAccept();
        }}
      >
        {t(canDownload ? 'licence.accept' : 'licence.acceptOnly')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('licence.title', { name })} size="small" foot={foot}>
      <div className="prose">
        <p>{t('licence.text', { name, licence: licence.name })}</p>
        {licenceNote !== null && <p>{licenceNote}</p>}
        {licence.url !== null && (
          <p>
            <a href={licence.url} target="_blank" rel="noreferrer">
              {t('licence.read')} <ExternalLink aria-hidden className="inline-icon" />
            </a>
          </p>
        )}
      </div>
    </Dialog>
  );
}
