import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { neighbourStop, settleSheet, stopHeightPx, type SheetStop } from './sheet-stops.ts';

interface Drag {
  readonly startY: number;
  readonly startHeightPx: number;
  lastY: number;
  lastMs: number;
  velocity: number;
}

/** Below this a press is a tap. */
const TAP_PX = 6;

/** The inspector on a phone: three stops, dragged by its head, tapped, or moved with the arrow keys. */
export function BottomSheet({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [stop, setStop] = useState<SheetStop>('peek');
  const [dragHeightPx, setDragHeightPx] = useState<number | null>(null);
  const drag = useRef<Drag | null>(null);

  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = {
      startY: event.clientY,
      startHeightPx: stopHeightPx(stop, window.innerHeight),
      lastY: event.clientY,
      lastMs: event.timeStamp,
      velocity: 0,
    };
  };

  const onPointerMove = (event: PointerEvent) => {
    const current = drag.current;
    if (current === null) return;
    const elapsedMs = Math.max(1, event.timeStamp - current.lastMs);
    current.velocity = (current.lastY - event.clientY) / elapsedMs;
    current.lastY = event.clientY;
    current.lastMs = event.timeStamp;
    const heightPx = current.startHeightPx + current.startY - event.clientY;
    const limitPx = stopHeightPx('full', window.innerHeight);
    setDragHeightPx(Math.min(limitPx, Math.max(stopHeightPx('peek', window.innerHeight), heightPx)));
  };

  const onPointerEnd = (event: PointerEvent) => {
    const current = drag.current;
    drag.current = null;
    setDragHeightPx(null);
    if (current === null || event.type === 'pointercancel') return;
    if (Math.abs(current.startY - event.clientY) < TAP_PX) return;
    const heightPx = current.startHeightPx + current.startY - event.clientY;
    suppressClick.current = true;
    setStop(settleSheet(heightPx, current.velocity, window.innerHeight));
  };

  // A drag ends in a click as well, which is no tap.
  const suppressClick = useRef(false);
  const onClick = () => {
    if (suppressClick.current) suppressClick.current = false;
    else setStop(stop === 'peek' ? 'half' : 'peek');
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    setStop(neighbourStop(stop, event.key === 'ArrowUp' ? 1 : -1));
  };

  const heightPx = dragHeightPx ?? stopHeightPx(stop, window.innerHeight);
  return (
    <>
      {/* Keeps the picture above the sheet; `full` covers it on purpose. */}
      <div className="sheet-room" data-stop={stop} />
      <aside
        className="sheet"
        aria-label={t('inspector.label')}
        data-stop={stop}
        data-dragging={dragHeightPx === null ? undefined : ''}
        style={{ height: heightPx }}
      >
        <button
          type="button"
          className="sheet-head"
          aria-expanded={stop !== 'peek'}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerEnd}
          onPointerCancel={onPointerEnd}
          onClick={onClick}
          onKeyDown={onKeyDown}
        >
          <span className="sheet-grip" />
          <span>{t('inspector.adjust')}</span>
        </button>
        <div className="sheet-body" inert={stop === 'peek' && dragHeightPx === null}>
          {children}
        </div>
      </aside>
    </>
  );
}
