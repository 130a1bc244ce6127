import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../client/model-library.types.ts';
import { toWireError } from '../../../engine/errors.ts';
import { downloadFile } from '../../download-file.ts';
import { describeError } from '../../error-messages.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import { useServices } from '../../services.tsx';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { DEFAULT_SETTINGS, useSettingsStore } from '../../stores/settings-store.ts';
import { describeModelError } from './model-words.ts';

export interface ModelActions {
  download(entry: ModelEntry, options?: { readonly ignoreMemory?: boolean }): void;
  acceptAndDownload(entry: ModelEntry): void;
  pause(entry: ModelEntry): void;
  cancel(entry: ModelEntry): void;
  verify(entry: ModelEntry): void;
  remove(entry: ModelEntry): void;
  use(entry: ModelEntry): void;
  bringFiles(entry: ModelEntry, files: readonly File[]): void;
  exportManifest(entry: ModelEntry): void;
  /** Says why it failed; aborts say nothing. */
  report(error: unknown): void;
}

/** What a user does with a model; failures that no card shows become notices. */
export function useModelActions(): ModelActions {
  const { models } = useServices();
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  return useMemo(() => {
    const { notify, announce } = useNoticeStore.getState();
    const report = (error: unknown): void => {
      const wire = toWireError(error);
      if (wire.aborted) return;
      const text = describeModelError(wire, t, format) ?? describeError(wire, i18n);
      notify({ id: 'models', tone: 'error', text });
    };
    const run = (work: Promise<unknown>): void => {
      work.catch(report);
    };
    const download = (entry: ModelEntry, options?: { readonly ignoreMemory?: boolean }): void =>
      run(models.download(entry.manifest.id, options));
    return {
      download,
      acceptAndDownload(entry) {
        models.acceptLicence(entry.manifest.id);
        const { status } =
          models.getSnapshot().models.find((model) => model.manifest.id === entry.manifest.id) ?? entry;
        // What else stands in the way is shown on the card.
        if (status.state === 'available' && status.source === 'hub') download(entry);
      },
      pause: (entry) => run(models.pause(entry.manifest.id)),
      cancel: (entry) => run(models.cancel(entry.manifest.id)),
      verify(entry) {
        const { id, name } = entry.manifest;
        run(
          models.verify(id).then((isRight) => {
            if (isRight) notify({ id: 'models', tone: 'info', text: t('verified', { name }) });
          }),
        );
      },
      remove(entry) {
        const { id, name, task } = entry.manifest;
        const settings = useSettingsStore.getState();
        const key = task === 'parsing' ? 'parsingModelId' : 'modelId';
        const isUsed = settings[key] === id;
        run(
          models.remove(id).then(() => {
            if (isUsed) settings.update({ [key]: DEFAULT_SETTINGS[key] });
            notify({
              id: 'models',
              tone: 'info',
              text: t(isUsed ? 'remove.reset' : 'remove.done', { name }),
            });
            void models.refreshUsage();
          }),
        );
      },
      use(entry) {
        const key = entry.manifest.task === 'parsing' ? 'parsingModelId' : 'modelId';
        useSettingsStore.getState().update({ [key]: entry.manifest.id });
        announce(`${entry.manifest.name}: ${t('action.used')}`);
      },
      bringFiles: (entry, files) => run(models.importCatalogueFile(entry.manifest.id, files)),
      exportManifest: (entry) => downloadFile(models.exportManifest(entry.manifest.id)),
      report,
    };
  }, [models, t, i18n, format]);
}
