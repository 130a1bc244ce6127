import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useDeferredValue,
  useEffect,
  useRef,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  type WheelEvent,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useCountsOf } from '../../hooks/useCardState.ts';
import { isTyping, useShortcuts } from '../../hooks/shortcuts.ts';
import { useRemovePicture } from '../../hooks/useRemovePicture.ts';
import { useServices } from '../../services.tsx';
import { useLibraryStore, type LibraryImage } from '../../stores/library-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { Card } from './Card.tsx';
import { StripActions } from './StripActions.tsx';
import { AddActions } from './AddActions.tsx';
import { chooseDrawnCards } from './strip-range.ts';
import { useAnnounceProgress } from './useAnnounceProgress.ts';

const CARD_PX = 96;
const GAP_PX = 8;
const EDGE_PX = 8;

/** The focus follows only where the keys belong to a control. */
const OWN_ARROWS =
  '[role=slider], [role=radio], [role=radiogroup], [role=tab], [role=menuitemradio], [data-arrows=own]';

/** The library: every picture as a card. Only the cards near the visible ones exist. */
export function FilmStrip() {
  const { library } = useServices();
  const { t } = useTranslation();
  // The picture first: its card follows, in a rendering that gives way.
  const images = useDeferredValue(useLibraryStore((state) => state.images));
  const selectedId = useViewStore((state) => state.selectedImageId);
  const scroller = useRef<HTMLDivElement>(null);
  const selectedIndex = images.findIndex((image) => image.id === selectedId);

  // The virtualizer's functions are not to be memoised; this component is small and is drawn again with every scroll anyway.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX + GAP_PX,
    getItemKey: (index) => images[index]?.id ?? index,
    rangeExtractor: chooseDrawnCards,
    paddingStart: EDGE_PX,
    paddingEnd: EDGE_PX,
    scrollPaddingStart: 48,
    scrollPaddingEnd: 48,
  });

  const scrollToIndex = useRef(virtualizer.scrollToIndex);
  useEffect(() => {
    scrollToIndex.current = virtualizer.scrollToIndex;
  });

  /** The focus was on a card: it goes where the selection goes. */
  const isFocusHere = useRef(false);
  useEffect(() => {
    if (selectedIndex === -1) return;
    scrollToIndex.current(selectedIndex, { align: 'auto' });
    if (!isFocusHere.current) return;
    scroller.current
      ?.querySelector<HTMLElement>('[data-selected] .card-main')
      ?.focus({ preventScroll: true });
  }, [selectedIndex, selectedId]);

  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (isTyping(event.target)) return;
      if (event.target instanceof Element && event.target.closest(OWN_ARROWS)) return;
      event.preventDefault();
      library.step(event.key === 'ArrowRight' ? 1 : -1);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [library]);

  const { remove, undo } = useRemovePicture();
  const removeSelected = selectedId === null ? undefined : () => remove(selectedId);
  const latestUndo = useRef(undo);
  useEffect(() => {
    latestUndo.current = undo;
  });
  useShortcuts({ remove: removeSelected });
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && event.key === 'z';
      if (!isUndo || event.defaultPrevented || isTyping(event.target)) return;
      event.preventDefault();
      latestUndo.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Home' || event.key === 'End') {
      const target = images.at(event.key === 'Home' ? 0 : -1);
      if (target) library.select(target.id);
    } else if (event.key === 'Backspace' && removeSelected !== undefined) {
      removeSelected();
    } else return;
    event.preventDefault();
  };

  // A mouse wheel turns one way only; the strip runs the other.
  const onWheel = (event: WheelEvent) => {
    if (Math.abs(event.deltaY) > Math.abs(event.deltaX)) scroller.current?.scrollBy({ left: event.deltaY });
  };

  return (
    <div className="strip">
      <AddActions />
      <Scroller ref={scroller} images={images} onWheel={onWheel}>
        {images.length === 0 ? (
          <p className="strip-empty muted">{t('library.empty')}</p>
        ) : (
          <ul
            className="strip-list"
            aria-label={t('library.list')}
            style={{ width: virtualizer.getTotalSize() }}
            onKeyDown={onKeyDown}
            onFocus={() => {
              isFocusHere.current = true;
            }}
            onBlur={(event) => {
              // Removing the focused card blurs it to nowhere; the focus then moves on to the next card.
              isFocusHere.current = event.relatedTarget === null && document.hasFocus();
            }}
          >
            {virtualizer.getVirtualItems().map((item) => {
              const image = images[item.index];
              return image ? (
                <Card
                  key={item.key}
                  image={image}
                  index={item.index}
                  total={images.length}
                  isSelected={image.id === selectedId}
                  startPx={item.start}
                />
              ) : null;
            })}
          </ul>
        )}
      </Scroller>
      {images.length > 0 && <StripActions />}
    </div>
  );
}

interface ScrollerProps {
  readonly ref: RefObject<HTMLDivElement | null>;
  /** Those that have their cards: all counts are of the same moment. */
  readonly images: readonly LibraryImage[];
  readonly onWheel: (event: WheelEvent) => void;
  readonly children: ReactNode;
}

/** Counts as pictures end, without drawing the cards again. */
function Scroller({ ref, images, onWheel, children }: ScrollerProps) {
  const counts = useCountsOf(images);
  useAnnounceProgress(counts);
  return (
    <div
      ref={ref}
      className="strip-scroller"
      data-testid="library"
      data-count={images.length}
      data-count-done={counts.done}
      data-count-failed={counts.failed}
      onWheel={onWheel}
    >
      {children}
    </div>
  );
}
