/** From a frame to what the rest needs: a bitmap to show and pixels to compute with. The frame can be closed right after. */
import { EngineError } from '../engine/errors.ts';
import type { DecodedImage } from '../engine/platform.ts';
import type { LiveFrame } from '../worker/live-api.ts';

export interface ReadFrame {
  /** Upright, mirrored if asked for. Whoever shows it closes it. */
  readonly photo: ImageBitmap;
  /** The same picture for the network, no larger than it needs. */
  readonly image: DecodedImage;
}

export interface FrameReader {
  read(frame: LiveFrame, options: { readonly isMirrored: boolean; readonly longSidePx: number }): ReadFrame;
}

/** The shown picture keeps up to full HD: beyond, uploads cost more than eyes see on a page. */
const MAX_PHOTO_SIDE_PX = 1920;

function sizeOf(frame: LiveFrame): { widthPx: number; heightPx: number } {
  return 'displayWidth' in frame
    ? { widthPx: frame.displayWidth, heightPx: frame.displayHeight }
    : { widthPx: frame.width, heightPx: frame.height };
}

function fitInto(widthPx: number, heightPx: number, longSidePx: number) {
  const scale = Math.min(1, longSidePx / Math.max(widthPx, heightPx));
  return {
    widthPx: Math.max(1, Math.round(widthPx * scale)),
    heightPx: Math.max(1, Math.round(heightPx * scale)),
  };
}

function createContext(willReadFrequently: boolean): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { alpha: false, willReadFrequently });
  if (context === null) throw new EngineError('INTERNAL', 'No 2D context to read frames with');
  return context;
}

/** Two canvases that live as long as the reader: nothing is allocated per frame but the bitmap and the pixels. */
export function createFrameReader(): FrameReader {
  const photoContext = createContext(false);
  const pixelContext = createContext(true);
  pixelContext.imageSmoothingQuality = 'medium';

  function draw(
    context: OffscreenCanvasRenderingContext2D,
    picture: CanvasImageSource,
    size: { widthPx: number; heightPx: number },
    isMirrored: boolean,
  ): void {
    const { canvas } = context;
    if (canvas.width !== size.widthPx) canvas.width = size.widthPx;
    if (canvas.height !== size.heightPx) canvas.height = size.heightPx;
    context.setTransform(isMirrored ? -1 : 1, 0, 0, 1, isMirrored ? size.widthPx : 0, 0);
    context.drawImage(picture, 0, 0, size.widthPx, size.heightPx);
  }

  return {
    read(frame, { isMirrored, longSidePx }) {
      const source = sizeOf(frame);
      const photoSize = fitInto(source.widthPx, source.heightPx, MAX_PHOTO_SIDE_PX);
      draw(photoContext, frame, photoSize, isMirrored);
      const photo = photoContext.canvas.transferToImageBitmap();
      const readSize = fitInto(photoSize.widthPx, photoSize.heightPx, longSidePx);
      draw(pixelContext, photo, readSize, false);
      const { data } = pixelContext.getImageData(0, 0, readSize.widthPx, readSize.heightPx);
      return { photo, image: { ...readSize, pixelsRgba: data } };
    },
  };
}
