import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../client/model-library.types.ts';
import { sumSizeBytes } from '../../../engine/models/choose-variant.ts';
import { useFormat } from '../../hooks/useFormat.ts';

/** Why a model does not come by itself, and what the user can do about it. */
export function BlockedNote({ entry: { manifest, variant, status } }: { readonly entry: ModelEntry }) {
  const { t } = useTranslation('models');
  const format = useFormat();

  if (status.state === 'blocked') {
    const { reason } = status;
    switch (reason.code) {
      case 'licence':
        return <p className="model-note">{t('blocked.licence')}</p>;
      case 'memory':
        return (
          <p className="model-note">
            {t('blocked.memory', {
              needed: format.bytes(reason.neededBytes),
              budget: format.bytes(reason.budgetBytes),
            })}
          </p>
        );
      case 'no-variant':
        return <p className="model-note">{t('blocked.noVariant')}</p>;
    }
  }
  if (status.state === 'paused' && status.reason !== 'user') {
    const key = { interrupted: 'interrupted', offline: 'offline', 'storage-full': 'full' } as const;
    return <p className="model-note">{t(`blocked.${key[status.reason]}`)}</p>;
  }
  if (status.state === 'available' && status.source === 'bring-file') {
    const [file] = variant.files;
    const page = manifest.downloadPageUrl ?? manifest.sourceUrl;
    const hasPublishedFile = manifest.downloadPageUrl !== undefined;
    return (
      <div className="model-note model-bring">
        <p>
          {hasPublishedFile
            ? t('blocked.bringFile', {
                file: file?.name ?? '',
                size: format.bytes(sumSizeBytes(variant)),
              })
            : t('blocked.bringExport')}
        </p>
        {page !== null && (
          <p>
            <a href={page} target="_blank" rel="noreferrer">
              {t('blocked.downloadPage')} <ExternalLink aria-hidden className="inline-icon" />
            </a>
          </p>
        )}
        <p className="model-checksum">
          {file?.sha256 ? t('blocked.checksum', { hash: file.sha256 }) : t('blocked.noChecksum')}
        </p>
      </div>
    );
  }
  return null;
}
