import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Tooltip } from './Tooltip.tsx';

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Accessible name, and the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Keyboard shortcut, shown in the tooltip. */
  readonly shortcut?: string;
  readonly tooltipSide?: 'top' | 'right' | 'bottom' | 'left';
}

export function IconButton({ label, icon, shortcut, tooltipSide, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} isName shortcut={shortcut} side={tooltipSide}>
      <button
        type="button"
        aria-label={label}
        aria-keyshortcuts={shortcut}
        className={className ? `icon-button ${className}` : 'icon-button'}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
