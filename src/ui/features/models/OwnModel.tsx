import { FolderOpen } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectedModel } from '../../../client/model-library.types.ts';
import { Button } from '../../components/Button.tsx';
import { useServices } from '../../services.tsx';
import { useModelFilesStore } from '../../stores/model-files-store.ts';
import { useModelActions } from './useModelActions.ts';
import { UserModelDialog } from './UserModelDialog.tsx';

/** The way in for models of one's own: files are looked into, then the contract is shown. */
export function OwnModel() {
  const { models } = useServices();
  const { t } = useTranslation('models');
  const { report } = useModelActions();
  const input = useRef<HTMLInputElement>(null);
  const [isLooking, setLooking] = useState(false);
  const [inspected, setInspected] = useState<InspectedModel | null>(null);

  useEffect(() => {
    const look = async (): Promise<void> => {
      const files = useModelFilesStore.getState().take();
      if (files === null) return;
      setLooking(true);
      try {
        setInspected(await models.inspect(files));
      } catch (error) {
        report(error);
      } finally {
        setLooking(false);
      }
    };
    // Files may have been dropped on another page.
    queueMicrotask(() => void look());
    return useModelFilesStore.subscribe(() => void look());
  }, [models, report]);

  return (
    <section className="side-box" aria-labelledby="own-title">
      <h3 id="own-title">{t('own.title')}</h3>
      <p className="field-hint">{t('own.text')}</p>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="model-file-input"
        aria-label={t('own.input')}
        accept=".onnx,.onnx_data,.data,.json,.bin"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) useModelFilesStore.getState().offer(files);
        }}
      />
      <Button icon={<FolderOpen aria-hidden />} disabled={isLooking} onClick={() => input.current?.click()}>
        {isLooking ? t('own.looking') : t('own.choose')}
      </Button>
      {inspected !== null && <UserModelDialog inspected={inspected} onClose={() => setInspected(null)} />}
    </section>
  );
}
