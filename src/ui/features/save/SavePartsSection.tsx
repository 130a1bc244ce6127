import { ClipboardCopy, FileArchive } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LabelsExportItem, LabelsFileKind } from '../../../client/picture-client.types.ts';
import { Button } from '../../components/Button.tsx';
import { Section } from '../../components/Section.tsx';
import { Switch } from '../../components/Switch.tsx';
import { shortcutKey, useShortcuts } from '../../hooks/shortcuts.ts';
import { useLibraryCounts } from '../../hooks/useCardState.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useDrawnLabels, useFaceBlur, useViewedLabels } from '../../hooks/useViewedLabels.ts';
import { useServices } from '../../services.tsx';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import './save.css';
import { SaveButton } from './SaveButton.tsx';
import { SaveProgress } from './SaveProgress.tsx';
import { useCopy } from './useCopy.ts';
import { useSaveFile } from './useSaveFile.ts';
import { useSaving } from './useSaving.ts';
import { useZip } from './useZip.ts';

const FILES = [
  { kind: 'labels-png', text: 'labels' },
  { kind: 'instances-png', text: 'instances' },
  { kind: 'parsing-png', text: 'coloured' },
  { kind: 'cutout-png', text: 'cutout' },
  { kind: 'rle-json', text: 'rle' },
] as const satisfies readonly { readonly kind: LabelsFileKind; readonly text: string }[];

const FACES = [
  { kind: 'faces-jpeg', text: 'facesJpeg' },
  { kind: 'faces-png', text: 'facesPng' },
] as const satisfies readonly { readonly kind: LabelsFileKind; readonly text: string }[];

/** Files of the parsed picture in the viewer, and a ZIP of all that are done. */
export function SavePartsSection() {
  const { t } = useTranslation('viewer');
  const { t: tParsing } = useTranslation('parsing');
  const { pictures } = useServices();
  const image = useSelectedImage();
  const { viewed } = useViewedLabels();
  const drawn = useDrawnLabels(viewed);
  const blur = useFaceBlur(viewed);
  const isBlurOn = useParsingStore((state) => state.faceBlur.isOn);
  const setFaceBlur = useParsingStore((state) => state.setFaceBlur);
  const palette = useSettingsStore((state) => state.palette);
  const { done: doneCount } = useLibraryCounts();
  const { state, start, cancel } = useSaving('files');
  // Apart from single files, which need not wait for it.
  const zip = useZip();
  const isBusy = state.text !== null;
  const readItem = (): LabelsExportItem | null => {
    if (image === null || viewed === null || drawn === null) return null;
    const { selection, source: pixels, look, opacity } = drawn;
    const parsing = { palette, selection, pixels, look, opacity, blur };
    return { name: image.name, source: image.source, result: viewed.result, parsing };
  };
  const item = readItem();

  const saveFile = useSaveFile(start);
  const save = (kind: LabelsFileKind) => {
    if (item !== null) saveFile(item.name, (options) => pictures.exportLabels(item, kind, options));
  };

  const copying = useCopy();
  const copy = () => {
    if (item === null) return;
    copying.copy(
      (options) => pictures.exportLabels(item, 'parsing-png', options),
      () => save('parsing-png'),
    );
  };
  useShortcuts({ save: () => save('parsing-png'), copy });

  // While the tool is on, the photo with blurred faces is what one came for.
  const files = isBlurOn ? [...FACES, ...FILES] : FILES;
  return (
    <Section id="save" title={t('save.title')}>
      {item === null && <p className="field-hint">{t('save.empty')}</p>}
      <Switch
        label={tParsing('faces.save')}
        isOn={isBlurOn}
        onChange={(isOn) => setFaceBlur({ isOn })}
        hint={tParsing(isBlurOn && item !== null && blur === null ? 'faces.none' : 'faces.saveHint')}
      />
      <div className="save-actions">
        {files.map(({ kind, text }) => (
          <SaveButton
            key={kind}
            label={tParsing(`save.${text}`)}
            hint={tParsing(`save.${text}Hint`)}
            shortcut={kind === 'parsing-png' ? shortcutKey('save') : undefined}
            isDisabled={
              item === null || isBusy || ((kind === 'faces-png' || kind === 'faces-jpeg') && blur === null)
            }
            onPress={() => save(kind)}
          />
        ))}
      </div>
      <div className="save-row">
        <Button
          icon={<ClipboardCopy aria-hidden />}
          disabled={item === null || copying.state.text !== null}
          aria-keyshortcuts={shortcutKey('copy')}
          title={tParsing('save.copyHint')}
          onClick={copy}
        >
          {t('save.copy')}
        </Button>
        <Button
          icon={<FileArchive aria-hidden />}
          disabled={doneCount === 0 || zip.state.text !== null}
          title={tParsing('save.zipHint', { count: doneCount })}
          onClick={zip.saveAll}
        >
          {t('save.zip')}
        </Button>
      </div>
      <SaveProgress kind="files" state={state} cancelLabel={t('save.cancel')} onCancel={cancel} />
      <SaveProgress kind="zip" state={zip.state} cancelLabel={t('save.cancelZip')} onCancel={zip.cancel} />
      <SaveProgress
        kind="copy"
        state={copying.state}
        cancelLabel={t('save.cancelCopy')}
        onCancel={copying.cancel}
      />
    </Section>
  );
}
