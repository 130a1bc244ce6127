import { useTranslation } from 'react-i18next';
import type { ExportKind, LabelsFileKind } from '../../../client/picture-client.types.ts';
import { toWireError } from '../../../engine/errors.ts';
import { downloadFile } from '../../download-file.ts';
import { describeError } from '../../error-messages.ts';
import { countCards } from '../../library/card-state.ts';
import { useServices } from '../../services.tsx';
import { useLibraryStore } from '../../stores/library-store.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { collectExports } from './collect-exports.ts';
import { describeParsing } from './describe-parsing.ts';
import { createSkippedNote, describeSkipped } from './describe-skipped.ts';
import { useSaving } from './useSaving.ts';

const KINDS: readonly (ExportKind | LabelsFileKind)[] = [
  'colour-png',
  'grey16-png',
  'raw-npy',
  'labels-png',
  'instances-png',
  'parsing-png',
  'cutout-png',
  'rle-json',
];

/** Saves every finished picture with every kind of file. One that cannot be saved is named, and the others go on. */
export function useZip() {
  const { t, i18n } = useTranslation('viewer');
  const { client, pictures } = useServices();
  const { state, start, cancel } = useSaving('zip');
  const saveAll = () => {
    const { done: total } = countCards(
      useLibraryStore.getState().images,
      client.getSnapshot().tasks,
      useSettingsStore.getState().task,
    );
    start({
      text: t('save.zipping', { done: 0, total }),
      describeFailure: (error) => t('save.zipFailed', { reason: describeError(toWireError(error), i18n) }),
      async run({ signal, onProgress }) {
        const settings = useSettingsStore.getState();
        const parsing = useParsingStore.getState();
        const items = collectExports({
          client,
          images: useLibraryStore.getState().images,
          tasks: client.getSnapshot().tasks,
          settings,
          ranges: useViewStore.getState().ranges,
          describeParsing: (imageId, result, depth) =>
            describeParsing(imageId, result, depth, settings, parsing),
          isDepthNeeded: parsing.depthRange !== null,
          signal,
        });
        const kinds = parsing.faceBlur.isOn ? [...KINDS, 'faces-jpeg' as const] : KINDS;
        const { file, skipped } = await pictures.exportZip(items, kinds, {
          signal,
          hasIdleCores: () => client.getSnapshot().processingCount === 0,
          onProgress: (done, total) =>
            onProgress(total > 0 ? done / total : null, t('save.zipping', { done, total })),
          describeSkipped: (missing) => createSkippedNote(missing, i18n),
        });
        downloadFile(file);
        if (skipped.length > 0) {
          const { notify } = useNoticeStore.getState();
          notify({ id: 'save', tone: 'error', text: describeSkipped(file.name, skipped, i18n) });
        }
        return t('save.saved', { name: file.name });
      },
    });
  };
  return { state, saveAll, cancel };
}
