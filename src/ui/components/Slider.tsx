import { Slider as Primitive } from 'radix-ui';
import { useId } from 'react';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly isDisabled?: boolean;
  /** While dragging and on every key. */
  onChange(value: number): void;
  /** Once, when the pointer is released or a key was pressed: for changes that cost work. */
  onCommit?(value: number): void;
  /** Shown beside the label and read to screen readers. */
  formatValue?(value: number): string;
  readonly hint?: string;
}

/** A labelled slider with its value. */
export function Slider(props: SliderProps) {
  const { label, value, min, max, step, isDisabled, onChange, onCommit, formatValue, hint } = props;
  const labelId = useId();
  const hintId = useId();
  const text = formatValue ? formatValue(value) : String(value);
  return (
    <div className="field">
      <div className="field-row" style={{ minHeight: 20 }}>
        <span id={labelId} className="field-label">
          {label}
        </span>
        {/* No output element: a live region would speak every new value, without its name. */}
        <span className="field-value num">{text}</span>
      </div>
      <Primitive.Root
        className="slider"
        value={[value]}
        min={min}
        max={max}
        step={step}
        disabled={isDisabled}
        onValueChange={([next]) => next !== undefined && onChange(next)}
        onValueCommit={([next]) => next !== undefined && onCommit?.(next)}
      >
        <Primitive.Track className="slider-track">
          <Primitive.Range className="slider-range" />
        </Primitive.Track>
        <Primitive.Thumb
          className="slider-thumb"
          aria-labelledby={labelId}
          aria-describedby={hint ? hintId : undefined}
          aria-valuetext={text}
        />
      </Primitive.Root>
      {hint && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
