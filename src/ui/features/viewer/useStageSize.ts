import { useEffect, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { StageSize } from './stage-geometry.ts';

function measure(entry: ResizeObserverEntry): StageSize {
  const { width, height } = entry.contentRect;
  const ratio = window.devicePixelRatio || 1;
  // Safari knows no device-pixel box, and an emulated screen reports one of another density.
  const box = entry.devicePixelContentBoxSize?.[0];
  const isTrusted = box !== undefined && Math.abs(box.inlineSize - width * ratio) <= 2;
  const widthPx = isTrusted ? box.inlineSize : Math.round(width * ratio);
  return {
    widthPx,
    heightPx: isTrusted ? box.blockSize : Math.round(height * ratio),
    pixelRatio: width > 0 ? widthPx / width : ratio,
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
