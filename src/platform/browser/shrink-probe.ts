/** Does this browser average when it shrinks a picture while decoding? Some only look at a few pixels, whatever is asked. */

const FACTOR = 8;
const SIDE_PX = 64;
const WHITE = 255;
/** Filters differ in how they weigh the pixels of a cell; one that looks at a few gives 0 or far too much. */
const TOLERANCE = 0.25;

/** One white row in eight: the average is an eighth of white, and a filter that skips rows sees all or nothing of it. */
async function shrinkStripes(): Promise<Uint8ClampedArray> {
  const stripes = new ImageData(SIDE_PX, SIDE_PX);
  for (let y = 0; y < SIDE_PX; y++) {
    for (let x = 0; x < SIDE_PX; x++) {
      const value = y % FACTOR === 0 ? WHITE : 0;
      stripes.data.set([value, value, value, 255], (y * SIDE_PX + x) * 4);
    }
  }
  const side = SIDE_PX / FACTOR;
  const bitmap = await createImageBitmap(stripes, {
    resizeWidth: side,
    resizeHeight: side,
    resizeQuality: 'high',
  });
  try {
    const context = new OffscreenCanvas(side, side).getContext('2d', { alpha: false });
    if (context === null) return new Uint8ClampedArray();
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
  } finally {
    bitmap.close();
  }
}

function isAverage(pixelsRgba: Uint8ClampedArray): boolean {
  const side = SIDE_PX / FACTOR;
  if (pixelsRgba.length !== side * side * 4) return false;
  const expected = WHITE / FACTOR;
  // Rows at the rim may count their outermost row twice.
  for (let y = 1; y < side - 1; y++) {
    const value = pixelsRgba[y * side * 4] ?? 0;
    if (Math.abs(value - expected) > expected * TOLERANCE) return false;
  }
  return true;
}

/** Asks the browser once, at the first call. A browser that refuses cannot shrink. */
export function createShrinkProbe(
  shrink: () => Promise<Uint8ClampedArray> = shrinkStripes,
): () => Promise<boolean> {
  let verdict: Promise<boolean> | null = null;
  return () => (verdict ??= shrink().then(isAverage, () => false));
}
