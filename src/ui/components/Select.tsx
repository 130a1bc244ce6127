import { ChevronDown } from 'lucide-react';
import { useId } from 'react';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly isDisabled?: boolean }[];
  onChange(value: T): void;
  readonly hint?: string;
  readonly isLabelHidden?: boolean;
}

/** A labelled list of choices, drawn by the platform. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options, onChange, hint, isLabelHidden } = props;
  const id = useId();
  return (
    <div className="field">
      <div className="field-row">
        <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'field-label'}>
          {label}
        </label>
        <span className="select">
          <select
            id={id}
            value={value}
            aria-describedby={hint ? `${id}-hint` : undefined}
            onChange={(event) => onChange(event.target.value as T)}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.isDisabled}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown aria-hidden />
        </span>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
