import type { ButtonHTMLAttributes, ReactNode } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One `primary` per screen at most. */
  readonly variant?: 'primary' | 'secondary' | 'ghost' | 'danger';
  readonly icon?: ReactNode;
  readonly isFullWidth?: boolean;
}

export function Button({
  variant = 'secondary',
  icon,
  isFullWidth,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={className ? `button ${className}` : 'button'}
      data-variant={variant}
      data-full={isFullWidth ? '' : undefined}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}
