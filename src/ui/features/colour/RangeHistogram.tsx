import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toneOf, writeColor } from '../../../render/color-math.ts';
import { getColormapTable } from '../../../render/colormaps.ts';
import type { ColorSettings } from '../../../render/renderer.ts';
import {
  moveHandle,
  moveRange,
  nearestHandle,
  shareOfValue,
  stepHandle,
  valueOfShare,
  type Handle,
  type Range,
} from './range-handles.ts';

const HEIGHT = 56;

interface RangeHistogramProps {
  /** Heights 0..1 of equal bins over `full`, far to near. */
  readonly bars: readonly number[];
  /** The map's own range, raw units. */
  readonly full: Range;
  readonly range: Range;
  readonly color: ColorSettings;
  /** A raw value for people. */
  describe(value: number): string;
  onChange(range: Range): void;
  onReset(): void;
}

/** Bars in the colours of the map; two handles, a band between them that moves both. */
export function RangeHistogram(props: RangeHistogramProps) {
  const { bars, full, range, color, describe, onChange, onReset } = props;
  const { t } = useTranslation('viewer');
  const plotRef = useRef<HTMLDivElement>(null);
  const grabRef = useRef<{
    readonly handle: Handle | 'both';
    readonly share: number;
    readonly range: Range;
  } | null>(null);
  const shares = { lo: shareOfValue(range.lo, full), hi: shareOfValue(range.hi, full) };

  const shareAt = (event: PointerEvent) => {
    const box = plotRef.current?.getBoundingClientRect();
    return box && box.width > 0 ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const share = shareAt(event);
    const target = event.target instanceof HTMLElement ? event.target.dataset.handle : undefined;
    const handle =
      target === 'lo' || target === 'hi' || target === 'both' ? target : nearestHandle(share, range, full);
    // A press beside the handles brings the nearer one there.
    const isBeside = target === undefined && handle !== 'both';
    const start = isBeside ? moveHandle(range, handle, valueOfShare(share, full), full) : range;
    grabRef.current = { handle, share, range: start };
    if (isBeside) onChange(start);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const grab = grabRef.current;
    if (grab === null) return;
    const delta = (shareAt(event) - grab.share) * (full.hi - full.lo);
    if (delta === 0) return;
    onChange(
      grab.handle === 'both'
        ? moveRange(grab.range, delta, full)
        : moveHandle(grab.range, grab.handle, grab.range[grab.handle] + delta, full),
    );
  };
  const onPointerEnd = () => {
    grabRef.current = null;
  };
  const onKeyDown = (handle: Handle) => (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = stepHandle(range, handle, event.key, event.shiftKey, full);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(next);
  };

  const handles: readonly { readonly id: Handle; readonly label: string }[] = [
    { id: 'lo', label: t('range.far') },
    { id: 'hi', label: t('range.near') },
  ];
  return (
    <div
      ref={plotRef}
      className="histogram"
      role="group"
      aria-label={t('range.histogram')}
      title={t('range.hint')}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={onReset}
    >
      <Bars bars={bars} full={full} color={color} />
      <span className="histogram-shade" style={{ left: 0, width: `${shares.lo * 100}%` }} />
      <span className="histogram-shade" style={{ left: `${shares.hi * 100}%`, right: 0 }} />
      <span
        className="histogram-band"
        data-handle="both"
        style={{ left: `${shares.lo * 100}%`, width: `${(shares.hi - shares.lo) * 100}%` }}
      />
      {handles.map(({ id, label }) => (
        <div
          key={id}
          className="histogram-handle"
          data-handle={id}
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(shares[id] * 100)}
          aria-valuetext={describe(range[id])}
          style={{ left: `${shares[id] * 100}%` }}
          onKeyDown={onKeyDown(id)}
        />
      ))}
    </div>
  );
}

/** Each bar has the colour that its values have in the map. */
function Bars({ bars, full, color }: Pick<RangeHistogramProps, 'bars' | 'full' | 'color'>) {
  const table = getColormapTable(color.colormap);
  const rgb = new Uint8Array(3);
  const gap = 0.12;
  return (
    <svg
      className="histogram-bars"
      viewBox={`0 0 ${bars.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {bars.map((height, index) => {
        const value = full.lo + ((full.hi - full.lo) * (index + 0.5)) / bars.length;
        writeColor(table, toneOf(value, color), rgb, 0);
        const shown = height > 0 ? Math.max(1, height * HEIGHT) : 0;
        return (
          <rect
            key={index}
            x={index + gap / 2}
            width={1 - gap}
            y={HEIGHT - shown}
            height={shown}
            fill={`rgb(${rgb.join(' ')})`}
          />
        );
      })}
    </svg>
  );
}
