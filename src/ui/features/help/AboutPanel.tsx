import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';

interface AboutPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
}

/** Privacy, licences, credits. */
export function AboutPanel({ isOpen, onClose }: AboutPanelProps) {
  const { t } = useTranslation();
  const { name, licence } = ISOBATH_DEPTH_TINY;
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('about.title')}>
      <div className="prose">
        <p>{t('about.tagline')}</p>
        <h3>{t('about.privacy')}</h3>
        <p>{t('about.privacyText')}</p>
        <h3>{t('about.licences')}</h3>
        <ul className="plain-list">
          <li>{t('about.code')}</li>
          <li>
            {t('about.modelLicence', { model: name, licence: licence.name })}{' '}
            {licence.note && t('about.modelNote')}
          </li>
          <li>{t('about.runtime')}</li>
        </ul>
        <h3>{t('about.samples')}</h3>
        <p>{t('about.samplesText')}</p>
      </div>
    </Dialog>
  );
}
