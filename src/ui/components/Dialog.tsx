import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './IconButton.tsx';

interface DialogProps {
  readonly isOpen: boolean;
  onClose(): void;
  readonly title: string;
  /** `dialog` in the middle, `sheet` at the right edge; both come from below on a phone. */
  readonly kind?: 'dialog' | 'sheet';
  /** `small` for a question. */
  readonly size?: 'normal' | 'small';
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** A modal with a title and a close button; focus is kept inside and goes back where it came from. */
export function Dialog({
  isOpen,
  onClose,
  title,
  kind = 'dialog',
  size = 'normal',
  foot,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  const titleId = useId();
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="dialog-overlay" />
        <Primitive.Content
          className="dialog"
          data-kind={kind}
          data-size={size}
          aria-labelledby={titleId}
          aria-describedby={undefined}
          // The dialog itself takes the focus: a tooltip on its first button would be in the way.
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          tabIndex={-1}
        >
          <div className="dialog-head">
            <Primitive.Title id={titleId} className="dialog-title">
              {title}
            </Primitive.Title>
            <IconButton label={t('close')} icon={<X aria-hidden />} onClick={onClose} />
          </div>
          {/* Focusable, so that the keyboard can scroll a text without controls; named, or all of it would be its name. */}
          <div className="dialog-body" tabIndex={0} role="group" aria-labelledby={titleId}>
            {children}
          </div>
          {foot && <div className="dialog-foot">{foot}</div>}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
