import { Switch as Primitive } from 'radix-ui';
import { useId } from 'react';

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  onChange(isOn: boolean): void;
  readonly hint?: string;
}

export function Switch({ label, isOn, onChange, hint }: SwitchProps) {
  const id = useId();
  return (
    <div className="field">
      <div className="field-row">
        <label htmlFor={id} className="field-label">
          {label}
        </label>
        <Primitive.Root
          id={id}
          className="switch"
          checked={isOn}
          onCheckedChange={onChange}
          aria-describedby={hint ? `${id}-hint` : undefined}
        >
          <Primitive.Thumb className="switch-thumb" />
        </Primitive.Root>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
