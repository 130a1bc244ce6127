import { Progress as Primitive } from 'radix-ui';

interface ProgressProps {
  /** What is waited for. */
  readonly label: string;
  /** In [0, 1]; null: not known. */
  readonly fraction: number | null;
}

export function Progress({ label, fraction }: ProgressProps) {
  const percent = fraction === null ? null : Math.round(fraction * 100);
  return (
    <Primitive.Root className="progress" value={percent} max={100} aria-label={label}>
      <Primitive.Indicator
        className="progress-bar"
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </Primitive.Root>
  );
}
