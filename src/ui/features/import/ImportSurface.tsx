import { ImagePlus } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../hooks/useFormat.ts';
import { useImportFiles } from '../../hooks/useImportFiles.ts';
import { getFileInput, getFolderInput, openFilePicker } from '../../hooks/pickers.ts';
import { isTyping, useShortcuts } from '../../hooks/shortcuts.ts';
import { MAX_LIBRARY_COUNT } from '../../library/library-limits.ts';
import { useModelFilesStore } from '../../stores/model-files-store.ts';
import { useNoticeStore } from '../../stores/notice-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { classifyDrop, firstUri, readDataUrl, splitDrop } from './classify-drop.ts';
import { collectFromList, collectFromTransfer, type CollectedFiles } from './collect-files.ts';

function mayHoldPictures(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer !== null && transfer.types.some((type) => type === 'Files' || type === 'text/uri-list');
}

/** Every way in: drop anywhere, paste, pickers. Draws only the overlay. */
export function ImportSurface() {
  const { t } = useTranslation();
  const format = useFormat();
  const importFiles = useImportFiles();
  const [isOver, setOver] = useState(false);
  const depth = useRef(0);

  useShortcuts({ open: openFilePicker });

  const take = useCallback(
    ({ files, skippedCount }: CollectedFiles) => {
      const { notify } = useNoticeStore.getState();
      const { modelFiles, pictures } = splitDrop(files);
      const staysOnPage = modelFiles.length > 0;
      if (staysOnPage) {
        useModelFilesStore.getState().offer(modelFiles);
        useViewStore.getState().setPage('models');
      }
      const imports = pictures.map((file) => ({ name: file.name, blob: file }));
      if (imports.length > 0) importFiles(imports, { staysOnPage });
      if (files.length + skippedCount === 0) {
        notify({ id: 'import', tone: 'info', text: t('notices.nothingToImport') });
      }
      if (skippedCount > 0) {
        notify({ id: 'import', tone: 'info', text: t('notices.skipped', { count: skippedCount }) });
      }
    },
    [importFiles, t],
  );

  const takeText = useCallback(
    (text: string, isAnswerExpected: boolean) => {
      const { notify } = useNoticeStore.getState();
      const kind = classifyDrop({ fileCount: 0, text });
      const blob = kind === 'data-url' ? readDataUrl(firstUri(text) ?? '') : null;
      if (blob) importFiles([{ name: `${t('import.pastedName')}.${blob.type.slice(6)}`, blob }]);
      else if (kind === 'address') notify({ id: 'import', tone: 'info', text: t('notices.addressOnly') });
      else if (isAnswerExpected) notify({ id: 'import', tone: 'info', text: t('notices.nothingToImport') });
    },
    [importFiles, t],
  );

  // With the first drawing: a file that is dropped where nobody listens is opened by the browser in place of the page.
  useLayoutEffect(() => {
    const onDragEnter = (event: DragEvent) => {
      if (!mayHoldPictures(event.dataTransfer)) return;
      event.preventDefault();
      depth.current += 1;
      setOver(true);
    };
    const onDragOver = (event: DragEvent) => {
      if (!mayHoldPictures(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const onDragLeave = (event: DragEvent) => {
      if (!mayHoldPictures(event.dataTransfer)) return;
      depth.current = Math.max(0, depth.current - 1);
      if (depth.current === 0) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      const transfer = event.dataTransfer;
      if (transfer === null) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      const text = transfer.getData('text/uri-list') || transfer.getData('text/plain');
      const hasFiles = [...transfer.items].some((item) => item.kind === 'file');
      if (hasFiles) void collectFromTransfer(transfer).then(take);
      else takeText(text, true);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || event.clipboardData === null) return;
      const files = [...event.clipboardData.files];
      if (files.length === 0) return takeText(event.clipboardData.getData('text/plain'), false);
      event.preventDefault();
      // Browsers call every pasted picture `image.png`.
      const named = files.map((file, index) =>
        file.name === 'image.png'
          ? new File([file], `${t('import.pastedName')}${index > 0 ? `-${index + 1}` : ''}.png`, {
              type: file.type,
            })
          : file,
      );
      take(collectFromList(named));
    };
    window.addEventListener('dragenter', onDragEnter);
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragenter', onDragEnter);
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, [take, takeText, t]);

  useEffect(() => {
    const inputs = [getFileInput(), getFolderInput()].filter((input) => input !== null);
    const takeInput = (input: HTMLInputElement) => {
      const collected = collectFromList(input.files ?? []);
      // The same file can be chosen again.
      input.value = '';
      take(collected);
    };
    const onChange = (event: Event) => takeInput(event.currentTarget as HTMLInputElement);
    for (const input of inputs) {
      input.setAttribute('aria-label', t('import.fileInput'));
      input.addEventListener('change', onChange);
      // Chosen before this script was there.
      if (input.files && input.files.length > 0) takeInput(input);
    }
    return () => {
      for (const input of inputs) input.removeEventListener('change', onChange);
    };
  }, [take, t]);

  if (!isOver) return null;
  return (
    <div className="drop-overlay" data-testid="drop-overlay">
      <div className="drop-frame">
        <ImagePlus aria-hidden />
        <p className="drop-title">{t('import.dropTitle')}</p>
        <p>{t('import.dropHint')}</p>
        <p className="muted">{t('import.formats', { limit: format.number(MAX_LIBRARY_COUNT) })}</p>
      </div>
    </div>
  );
}
