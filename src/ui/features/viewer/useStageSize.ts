import { useEffect, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { StageSize } from './stage-geometry.ts';

function measure(entry: ResizeObserverEntry): StageSize {
  const pixelRatio = window.devicePixelRatio || 1;
  // Safari knows no device-pixel box: the rounded product can be one pixel off, which nobody sees.
  const box = entry.devicePixelContentBoxSize?.[0];
  return {
    widthPx: box?.inlineSize ?? Math.round(entry.contentRect.width * pixelRatio),
    heightPx: box?.blockSize ?? Math.round(entry.contentRect.height * pixelRatio),
    pixelRatio,
  };
}

function observeDevicePixels(observer: ResizeObserver, element: Element): void {
  try {
    observer.observe(element, { box: 'device-pixel-content-box' });
  } catch {
    observer.observe(element);
  }
}

/** The element's size in device pixels, kept up to date; null before the first measurement. */
export function useStageSize(ref: RefObject<HTMLElement | null>): StageSize | null {
  const [size, setSize] = useState<StageSize | null>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver((entries) => {
      const entry = entries.at(-1);
      // In the same frame, so that the canvas is not stretched for one.
      if (entry !== undefined) flushSync(() => setSize(measure(entry)));
    });
    observeDevicePixels(observer, element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
