import { useTranslation } from 'react-i18next';
import { useServices } from '../services.tsx';
import { useLibraryStore } from '../stores/library-store.ts';
import { useNoticeStore } from '../stores/notice-store.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

interface ClearLibraryDialogProps {
  readonly isOpen: boolean;
  onClose(): void;
}

/** Asked from the film strip and from the settings. */
export function ClearLibraryDialog({ isOpen, onClose }: ClearLibraryDialogProps) {
  const { library } = useServices();
  const { t } = useTranslation();
  const count = useLibraryStore((state) => state.images.length);
  const clear = () => {
    useNoticeStore.getState().announce(t('announce.removed', { count }));
    void library.clear();
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('library.confirmTitle')}
      text={t('library.confirmText', { count })}
      action={t('library.confirm')}
      onConfirm={clear}
    />
  );
}
