import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { ClearLibraryDialog } from '../../components/ClearLibraryDialog.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { useKeptSize } from '../../hooks/useKeptSize.ts';
import { useClientSnapshot, useModelSnapshot, useServices } from '../../services.tsx';
import { useLibraryStore } from '../../stores/library-store.ts';
import { describeRoomMakers } from './model-words.ts';
import './storage-panel.css';

/** Models, results, pictures, the rest: what takes how much, and what frees it. */
export function StoragePanel() {
  const { models, client } = useServices();
  const { t } = useTranslation('models');
  const format = useFormat();
  const usage = useModelSnapshot((snapshot) => snapshot.usage);
  const isPersisted = useModelSnapshot((snapshot) => snapshot.isPersisted);
  const readyCount = useModelSnapshot(
    (snapshot) => snapshot.models.filter(({ installedVariants }) => installedVariants.length > 0).length,
  );
  const pausedCount = useModelSnapshot(
    (snapshot) => snapshot.models.filter(({ status }) => status.state === 'paused').length,
  );
  const isFull = useModelSnapshot((snapshot) =>
    snapshot.models.some(
      ({ status }) =>
        (status.state === 'paused' && status.reason === 'storage-full') ||
        (status.state === 'failed' && status.error.code === 'STORAGE_FULL'),
    ),
  );
  const cache = useClientSnapshot((snapshot) => snapshot.cache);
  const entries = useModelSnapshot((snapshot) => snapshot.models);
  const hasPictures = useLibraryStore((state) => state.images.length > 0);
  const libraryBytes = useKeptSize()?.sizeBytes ?? 0;
  const [isClearing, setClearing] = useState(false);

  useEffect(() => {
    void models.refreshUsage();
  }, [models, readyCount, pausedCount, isFull, cache.sizeBytes, libraryBytes]);

  if (usage === null) return null;
  const roomMakers = isFull ? describeRoomMakers({ models: entries, usage }, cache.sizeBytes, t, format) : '';
  const ownBytes = usage.modelsBytes + cache.sizeBytes + libraryBytes;
  const otherBytes = usage.totalBytes === null ? null : Math.max(0, usage.totalBytes - ownBytes);
  const parts = [
    { id: 'models', sizeBytes: usage.modelsBytes },
    { id: 'results', sizeBytes: cache.sizeBytes },
    { id: 'library', sizeBytes: libraryBytes },
    ...(otherBytes === null ? [] : [{ id: 'app', sizeBytes: otherBytes } as const]),
  ] as const;
  const sumBytes = Math.max(
    1,
    parts.reduce((sum, part) => sum + part.sizeBytes, 0),
  );

  return (
    <section className="side-box" aria-labelledby="storage-title" data-testid="storage-usage">
      <h3 id="storage-title">{t('storage.title')}</h3>
      {isFull && (
        <div className="model-note" data-tone="error" role="alert">
          <p>
            <strong>{t('storage.full')}</strong>
          </p>
          <p>{t('storage.fullText')}</p>
          {roomMakers !== '' && <p className="num">{t('storage.roomMakers', { list: roomMakers })}</p>}
        </div>
      )}
      <div className="storage-bar" aria-hidden>
        {parts.map((part) => (
          <i key={part.id} data-part={part.id} style={{ flexGrow: part.sizeBytes / sumBytes }} />
        ))}
      </div>
      <dl className="facts">
        {parts.map((part) => (
          <div key={part.id} className="storage-part">
            <dt>
              <i className="storage-dot" data-part={part.id} aria-hidden />
              {t(part.id === 'app' ? 'storage.app' : `storage.${part.id}`)}
            </dt>
            <dd>{format.bytes(part.sizeBytes)}</dd>
          </div>
        ))}
      </dl>
      {usage.totalBytes !== null && usage.quotaBytes !== null && (
        <p className="field-hint num">
          {t('storage.of', {
            used: format.bytes(usage.totalBytes),
            quota: format.bytes(usage.quotaBytes),
          })}
        </p>
      )}
      {isPersisted !== null && (
        <p className="field-hint">{isPersisted ? t('storage.kept') : t('storage.notKept')}</p>
      )}
      <div className="model-actions">
        <Button disabled={cache.entryCount === 0} onClick={() => void client.clearResultCache()}>
          {t('storage.clearCache')}
        </Button>
        <Button variant="ghost" disabled={!hasPictures} onClick={() => setClearing(true)}>
          {t('storage.clearLibrary')}
        </Button>
      </div>
      <ClearLibraryDialog isOpen={isClearing} onClose={() => setClearing(false)} />
    </section>
  );
}
