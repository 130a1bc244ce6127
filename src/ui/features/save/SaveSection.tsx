import { ClipboardCopy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ExportKind } from '../../../client/picture-client.types.ts';
import { Button } from '../../components/Button.tsx';
import { Section } from '../../components/Section.tsx';
import { shortcutKey, useShortcuts } from '../../hooks/shortcuts.ts';
import { useSelectedImage } from '../../hooks/useSelectedImage.ts';
import { useColorSettings, useViewedMap } from '../../hooks/useViewedMap.ts';
import { useServices } from '../../services.tsx';
import { OfferFaces } from './OfferFaces.tsx';
import { SaveButton } from './SaveButton.tsx';
import { SaveProgress } from './SaveProgress.tsx';
import { ZipButton } from './ZipButton.tsx';
import './save.css';
import { useCopy } from './useCopy.ts';
import { useSaveFile } from './useSaveFile.ts';
import { useSaving } from './useSaving.ts';
import { useZip } from './useZip.ts';

/** Files of the picture in the viewer, and a ZIP of all that are done. */
export function SaveSection() {
  const { t } = useTranslation('viewer');
  const { pictures } = useServices();
  const image = useSelectedImage();
  const { viewed } = useViewedMap();
  const color = useColorSettings(viewed);
  const { state, start, cancel } = useSaving('files');
  const isBusy = state.text !== null;

  const item =
    image !== null && viewed !== null && color !== null
      ? { name: image.name, source: image.source, result: viewed.result, color }
      : null;

  const saveFile = useSaveFile(start);
  const save = (kind: ExportKind) => {
    if (item !== null) saveFile(item.name, (options) => pictures.exportFile(item, kind, options));
  };

  const copying = useCopy();
  const copy = () => {
    if (item === null) return;
    copying.copy(
      (options) => pictures.exportFile(item, 'colour-png', options),
      () => save('colour-png'),
    );
  };

  // Apart from single files, which need not wait for it.
  const zip = useZip();

  useShortcuts({ save: () => save('colour-png'), copy });

  return (
    <Section id="save" title={t('save.title')}>
      {item === null && <p className="field-hint">{t('save.empty')}</p>}
      <div className="save-actions">
        <SaveButton
          label={t('save.colour')}
          hint={t('save.colourHint')}
          shortcut={shortcutKey('save')}
          isDisabled={item === null || isBusy}
          onPress={() => save('colour-png')}
        />
        <SaveButton
          label={t('save.grey')}
          hint={viewed?.result.kind === 'metric-depth' ? t('save.greyHintMetric') : t('save.greyHint')}
          isDisabled={item === null || isBusy}
          onPress={() => save('grey16-png')}
        />
        <SaveButton
          label={t('save.raw')}
          hint={t('save.rawHint')}
          isDisabled={item === null || isBusy}
          onPress={() => save('raw-npy')}
        />
      </div>
      <div className="save-row">
        <Button
          icon={<ClipboardCopy aria-hidden />}
          disabled={item === null || copying.state.text !== null}
          aria-keyshortcuts={shortcutKey('copy')}
          title={t('save.copyHint')}
          onClick={copy}
        >
          {t('save.copy')}
        </Button>
        <ZipButton isDisabled={zip.state.text !== null} onPress={zip.saveAll} />
      </div>
      <OfferFaces />
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
