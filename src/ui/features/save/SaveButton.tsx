import { Download } from 'lucide-react';

/** A file to save: its name, and what is in it. */
export function SaveButton(props: {
  readonly label: string;
  readonly hint: string;
  readonly shortcut?: string;
  readonly isDisabled: boolean;
  onPress(): void;
}) {
  const { label, hint, shortcut, isDisabled, onPress } = props;
  return (
    <button
      type="button"
      className="save-button"
      aria-label={label}
      aria-description={hint}
      aria-keyshortcuts={shortcut}
      disabled={isDisabled}
      onClick={onPress}
    >
      <Download aria-hidden />
      <span>
        <span className="save-label">{label}</span>
        <span className="save-hint">{hint}</span>
      </span>
      {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
    </button>
  );
}
