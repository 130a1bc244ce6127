import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { Tooltip } from './Tooltip.tsx';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly shortcut?: string;
}

interface SegmentedControlProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  onChange(value: T): void;
  /** Show icons alone; the labels become accessible names and tooltips. */
  readonly isIconOnly?: boolean;
}

/** One of a few; arrow keys move between them. */
export function SegmentedControl<T extends string>(props: SegmentedControlProps<T>) {
  const { label, value, options, onChange, isIconOnly } = props;
  return (
    <ToggleGroup.Root
      type="single"
      className="segmented"
      aria-label={label}
      value={value}
      // Pressing the chosen one again clears a toggle group; here one is always chosen.
      onValueChange={(next) => next !== '' && onChange(next as T)}
    >
      {options.map((option) => {
        const item = (
          <ToggleGroup.Item
            key={option.value}
            className="segmented-item"
            value={option.value}
            aria-label={isIconOnly ? option.label : undefined}
            aria-keyshortcuts={option.shortcut}
          >
            {option.icon}
            {isIconOnly ? null : option.label}
          </ToggleGroup.Item>
        );
        return isIconOnly ? (
          <Tooltip key={option.value} text={option.label} isName shortcut={option.shortcut}>
            {item}
          </Tooltip>
        ) : (
          item
        );
      })}
    </ToggleGroup.Root>
  );
}
