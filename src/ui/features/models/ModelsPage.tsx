import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ModelViews } from '../../components/ModelViews.tsx';
import { Select } from '../../components/Select.tsx';
import { useSpeedSamples } from '../../hooks/useSpeedSamples.ts';
import { speedOf } from '../../model-speed.ts';
import { useModelSnapshot, useServices } from '../../services.tsx';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { ModelCard } from './ModelCard.tsx';
import { OwnModel } from './OwnModel.tsx';
import { StoragePanel } from './StoragePanel.tsx';
import './models.css';

/** What there is, what is here, what it costs. */
export function ModelsPage() {
  const { models } = useServices();
  const { t } = useTranslation('models');
  const entries = useModelSnapshot((snapshot) => snapshot.models);
  const storage = useModelSnapshot((snapshot) => snapshot.storage);

  useEffect(() => {
    void models.ready();
  }, [models]);

  const groups = useMemo(
    () =>
      [
        {
          id: 'depth',
          entries: entries.filter(({ manifest, isUser }) => !isUser && manifest.task === 'depth'),
        },
        {
          id: 'parsing',
          entries: entries.filter(({ manifest, isUser }) => !isUser && manifest.task === 'parsing'),
        },
        { id: 'own', entries: entries.filter(({ isUser }) => isUser) },
      ] as const,
    [entries],
  );
  const samples = useSpeedSamples();

  return (
    <div className="page" data-testid="models-page">
      <header className="page-head">
        <div>
          <h2 className="page-title">{t('title')}</h2>
          <p className="muted">{t('intro')}</p>
        </div>
        <ModelViews />
      </header>
      {storage === 'memory' && <p className="page-note">{t('storage.memory')}</p>}
      {storage === 'failed' && (
        <p className="page-note" data-tone="error" role="alert">
          {t('storage.failed')}
        </p>
      )}
      <div className="models-layout">
        <div className="models-groups">
          {groups.map(
            (group) =>
              group.entries.length > 0 && (
                <section key={group.id} aria-labelledby={`models-${group.id}`}>
                  <h3 className="models-group" id={`models-${group.id}`}>
                    {t(`tasks.${group.id}`)}
                  </h3>
                  <div className="model-cards">
                    {group.entries.map((entry) => (
                      <ModelCard
                        key={entry.manifest.id}
                        entry={entry}
                        speed={speedOf(entry.manifest, entry.variant, samples)}
                      />
                    ))}
                  </div>
                </section>
              ),
          )}
        </div>
        <aside className="models-side">
          <OwnModel />
          <HubChoice />
          <StoragePanel />
        </aside>
      </div>
    </div>
  );
}

/** Where models come from; one hub is no choice. */
function HubChoice() {
  const { t } = useTranslation('models');
  const hubs = useModelSnapshot((snapshot) => snapshot.hubs);
  const hub = useModelSnapshot((snapshot) => snapshot.hub);
  const update = useSettingsStore((state) => state.update);
  if (hubs.length < 2) return null;
  return (
    <div className="side-box">
      <Select
        label={t('hub.label')}
        hint={t('hub.hint')}
        value={hub.baseUrl}
        options={hubs.map(({ baseUrl, label }) => ({ value: baseUrl, label }))}
        onChange={(baseUrl) => update({ hub: baseUrl })}
      />
    </div>
  );
}
