import { ChevronsLeftRight } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../hooks/useFormat.ts';
import './compare-handle.css';

const STEP = 0.01;
const BIG_STEP = 0.1;

/** The names lie on the picture, and above one that is lower than they and the knob need. */
const NAMES_NEED_PX = 88;

/** Where a key takes the line; null for keys that are not ours. */
function stepPosition(position: number, key: string, isBig: boolean): number | null {
  const step = isBig ? BIG_STEP : STEP;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return position - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return position + step;
    case 'PageDown':
      return position - BIG_STEP;
    case 'PageUp':
      return position + BIG_STEP;
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return null;
  }
}

interface CompareHandleProps {
  /** Where the picture lies in the positioned parent, CSS pixels. */
  readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Share of the picture's width that shows the photo. */
  readonly position: number;
  /** Gets positions outside of 0..1, too. */
  onChange(position: number): void;
}

/** The line between photo and map, with its grip. */
export function CompareHandle({ rect, position, onChange }: CompareHandleProps) {
  const { t } = useTranslation('viewer');
  const format = useFormat();
  const grabRef = useRef<{ readonly clientX: number; readonly position: number } | null>(null);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    grabRef.current = { clientX: event.clientX, position };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const grab = grabRef.current;
    if (grab === null || rect.width === 0) return;
    event.stopPropagation();
    onChange(grab.position + (event.clientX - grab.clientX) / rect.width);
  };
  const onPointerEnd = (event: PointerEvent<HTMLDivElement>) => {
    event.stopPropagation();
    grabRef.current = null;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = stepPosition(position, event.key, event.shiftKey);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(next);
  };

  return (
    <div
      className="compare"
      data-thin={rect.height < NAMES_NEED_PX ? '' : undefined}
      style={{ left: rect.x + position * rect.width, top: rect.y, height: rect.height }}
    >
      <span className="compare-tag" data-side="left" data-hidden={position < 0.12 ? '' : undefined}>
        {t('stage.photo')}
      </span>
      <span className="compare-tag" data-side="right" data-hidden={position > 0.88 ? '' : undefined}>
        {t('stage.map')}
      </span>
      <div
        className="compare-grip"
        role="slider"
        tabIndex={0}
        aria-label={t('compare.label')}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(position * 100)}
        aria-valuetext={t('compare.value', {
          photo: format.percent(position),
          map: format.percent(1 - position),
        })}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onDoubleClick={() => onChange(0.5)}
        onKeyDown={onKeyDown}
      >
        <span className="compare-knob">
          <ChevronsLeftRight aria-hidden />
        </span>
      </div>
    </div>
  );
}
