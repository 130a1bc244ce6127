import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly text: string;
  /** The verb of what happens. */
  readonly action: string;
  onConfirm(): void;
  onClose(): void;
}

/** Asks before something is lost. */
export function ConfirmDialog({ isOpen, title, text, action, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const foot = (
    <>
      <Button onClick={onClose}>{t('cancel')}</Button>
      <Button
        variant="danger"
        onClick={() => {
          onClose();
          onConfirm();
        }}
      >
        {action}
      </Button>
    </>
  );
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} size="small" foot={foot}>
      <p>{text}</p>
    </Dialog>
  );
}
