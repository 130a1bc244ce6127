import {
  Check,
  Download,
  FileDown,
  FolderOpen,
  Pause,
  Play,
  RotateCcw,
  ShieldCheck,
  Trash2,
  X,
} from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../client/model-library.types.ts';
import { Button } from '../../components/Button.tsx';
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx';
import { useFormat } from '../../hooks/useFormat.ts';
import { LicenceDialog } from './LicenceDialog.tsx';
import { useModelActions } from './useModelActions.ts';

interface ModelCardActionsProps {
  readonly entry: ModelEntry;
  readonly isInUse: boolean;
}

/** The buttons that make sense in the model's state. */
export function ModelCardActions({ entry, isInUse }: ModelCardActionsProps) {
  const { t } = useTranslation('models');
  const actions = useModelActions();
  const [isLicenceOpen, setLicenceOpen] = useState(false);
  const { status } = entry;

  switch (status.state) {
    case 'ready':
      return <ReadyActions entry={entry} isInUse={isInUse} />;
    case 'available':
      return (
        <div className="model-actions">
          {status.source === 'hub' ? (
            <Button icon={<Download aria-hidden />} onClick={() => actions.download(entry)}>
              {t('action.download')}
            </Button>
          ) : (
            <ChooseFile entry={entry} />
          )}
        </div>
      );
    case 'downloading':
      return (
        <div className="model-actions">
          {status.phase !== 'other-tab' && (
            <>
              <Button icon={<Pause aria-hidden />} onClick={() => actions.pause(entry)}>
                {t('action.pause')}
              </Button>
              <Button icon={<X aria-hidden />} variant="ghost" onClick={() => actions.cancel(entry)}>
                {t('action.cancel')}
              </Button>
            </>
          )}
        </div>
      );
    case 'paused':
      return (
        <div className="model-actions">
          <Button icon={<Play aria-hidden />} onClick={() => actions.download(entry)}>
            {t('action.resume')}
          </Button>
          <Button icon={<X aria-hidden />} variant="ghost" onClick={() => actions.cancel(entry)}>
            {t('action.cancel')}
          </Button>
        </div>
      );
    case 'failed':
      return (
        <div className="model-actions">
          <Button icon={<RotateCcw aria-hidden />} onClick={() => actions.download(entry)}>
            {t('action.retry')}
          </Button>
          <Button icon={<X aria-hidden />} variant="ghost" onClick={() => actions.cancel(entry)}>
            {t('action.cancel')}
          </Button>
        </div>
      );
    case 'blocked':
      return (
        <div className="model-actions">
          {status.reason.code === 'licence' && (
            <>
              <Button onClick={() => setLicenceOpen(true)}>{t('action.licence')}</Button>
              <LicenceDialog
                manifest={entry.manifest}
                canDownload={entry.variant.files.every(({ url }) => url !== null)}
                isOpen={isLicenceOpen}
                onAccept={() => actions.acceptAndDownload(entry)}
                onClose={() => setLicenceOpen(false)}
              />
            </>
          )}
          {status.reason.code === 'memory' && (
            <Button
              icon={<Download aria-hidden />}
              onClick={() => actions.download(entry, { ignoreMemory: true })}
            >
              {t('action.anyway')}
            </Button>
          )}
        </div>
      );
    case 'verifying':
      return null;
  }
}

function ReadyActions({ entry, isInUse }: ModelCardActionsProps) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const actions = useModelActions();
  const [isRemoving, setRemoving] = useState(false);
  const { manifest, status, isUser } = entry;
  const isEmbedded = status.state === 'ready' && status.isEmbedded;
  const sizeBytes = status.state === 'ready' ? status.sizeBytes : 0;
  return (
    <div className="model-actions">
      {isInUse ? (
        <Button icon={<Check aria-hidden />} disabled>
          {t('action.used')}
        </Button>
      ) : (
        <Button onClick={() => actions.use(entry)}>{t('action.use')}</Button>
      )}
      {!isEmbedded && (
        <>
          <Button variant="ghost" icon={<ShieldCheck aria-hidden />} onClick={() => actions.verify(entry)}>
            {t('action.verify')}
          </Button>
          <Button variant="ghost" icon={<Trash2 aria-hidden />} onClick={() => setRemoving(true)}>
            {t('action.remove')}
          </Button>
        </>
      )}
      {isUser && (
        <Button variant="ghost" icon={<FileDown aria-hidden />} onClick={() => actions.exportManifest(entry)}>
          {t('action.export')}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isRemoving}
        title={t('remove.title', { name: manifest.name })}
        text={isUser ? t('remove.textUser') : t('remove.text', { size: format.bytes(sizeBytes) })}
        action={t('action.remove')}
        onConfirm={() => actions.remove(entry)}
        onClose={() => setRemoving(false)}
      />
    </div>
  );
}

/** For files that no web page can fetch. */
function ChooseFile({ entry }: { readonly entry: ModelEntry }) {
  const { t } = useTranslation('models');
  const actions = useModelActions();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".onnx,.onnx_data,.data"
        aria-label={`${t('action.chooseFile')}: ${entry.manifest.name}`}
        data-testid="model-bring-file"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) actions.bringFiles(entry, files);
        }}
      />
      <Button icon={<FolderOpen aria-hidden />} onClick={() => input.current?.click()}>
        {t('action.chooseFile')}
      </Button>
    </>
  );
}
