import { FileArchive, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LabelsFileKind } from '../../../client/picture-client.types.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Progress } from '../../components/Progress.tsx';
import { Section } from '../../components/Section.tsx';
import { downloadFile } from '../../download-file.ts';
import { shortcutKey, useShortcuts } from '../../hooks/shortcuts.ts';
import { useLibraryCounts } from '../../hooks/useCardState.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useDrawnLabels, useFaceBlur, useViewedLabels } from '../../hooks/useViewedLabels.ts';
import { useServices } from '../../services.tsx';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import './save.css';
import { SaveButton } from './SaveButton.tsx';
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
  const palette = useSettingsStore((state) => state.palette);
  const { done: doneCount } = useLibraryCounts();
  const { state, start, cancel } = useSaving();
  const saveAll = useZip(start);
  const isBusy = state.text !== null;
  const isEmpty = image === null || viewed === null || drawn === null;

  const save = (kind: LabelsFileKind) => {
    if (isEmpty) return;
    const { selection, source: pixels, look, opacity } = drawn;
    const parsing = { palette, selection, pixels, look, opacity, blur };
    const item = { name: image.name, source: image.source, result: viewed.result, parsing };
    void start({
      text: t('save.writing', { name: image.name }),
      describeFailure: (reason) => t('save.failed', { name: image.name, reason }),
      async run({ signal, onProgress }) {
        const file = await pictures.exportLabels(item, kind, { signal, onProgress });
        downloadFile(file);
        return t('save.saved', { name: file.name });
      },
    });
  };
  useShortcuts({ save: () => save('parsing-png') });

  // While the tool is on, the photo with blurred faces is what one came for.
  const files = isBlurOn ? [...FACES, ...FILES] : FILES;
  return (
    <Section id="save" title={t('save.title')}>
      {isEmpty && <p className="field-hint">{t('save.empty')}</p>}
      <div className="save-actions">
        {files.map(({ kind, text }) => (
          <SaveButton
            key={kind}
            label={tParsing(`save.${text}`)}
            hint={tParsing(`save.${text}Hint`)}
            shortcut={kind === 'parsing-png' ? shortcutKey('save') : undefined}
            isDisabled={
              isEmpty || isBusy || ((kind === 'faces-png' || kind === 'faces-jpeg') && blur === null)
            }
            onPress={() => save(kind)}
          />
        ))}
      </div>
      <Button
        icon={<FileArchive aria-hidden />}
        disabled={doneCount === 0 || isBusy}
        title={t('save.zipHint', { count: doneCount })}
        onClick={saveAll}
      >
        {t('save.zip')}
      </Button>
      {state.text !== null && (
        <div className="save-progress">
          <div>
            <p className="truncate">{state.text}</p>
            <Progress label={state.text} fraction={state.fraction} />
          </div>
          <IconButton label={t('save.cancel')} icon={<X aria-hidden />} onClick={cancel} />
        </div>
      )}
    </Section>
  );
}
