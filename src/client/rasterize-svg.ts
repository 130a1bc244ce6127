/**
 * SVG to PNG. Workers cannot draw SVG, so this runs on the main thread, through an <img>: there browsers run no
 * scripts and load nothing from outside (SVG Integration, "secure static mode").
 */
import { EngineError } from '../engine/errors.ts';

/** More than any drawing made by hand. */
const MAX_SVG_BYTES = 8 * 1024 * 1024;
const MAX_SIDE_PX = 4096;

function refuse(reason: string, message: string, cause?: unknown): EngineError {
  return new EngineError('IMAGE_UNSUPPORTED_FORMAT', message, { cause, details: { format: 'svg', reason } });
}

async function loadImage(url: string, signal: AbortSignal): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch (error) {
    throw new EngineError('IMAGE_DECODE_FAILED', 'The browser cannot draw the SVG', {
      cause: error,
      details: { format: 'svg' },
    });
  }
  signal.throwIfAborted();
  return image;
}

/** A PNG of the drawing at its own size, on white, no side above 4096 px. Throws IMAGE_UNSUPPORTED_FORMAT (`details.reason`: too-large, entities, no-size, tainted), IMAGE_DECODE_FAILED. */
export async function rasterizeSvg(file: Blob, { signal }: { signal: AbortSignal }): Promise<Blob> {
  signal.throwIfAborted();
  if (file.size > MAX_SVG_BYTES) {
    throw refuse('too-large', `The SVG has ${file.size} bytes; at most ${MAX_SVG_BYTES} are drawn`);
  }
  // Entities that expand to gigabytes ("billion laughs") would hang the page; drawings do not need any.
  if ((await file.text()).includes('<!ENTITY')) {
    throw refuse('entities', 'The SVG declares XML entities; those are not expanded');
  }
  const url = URL.createObjectURL(new Blob([file], { type: 'image/svg+xml' }));
  try {
    const image = await loadImage(url, signal);
    const { naturalWidth, naturalHeight } = image;
    if (naturalWidth === 0 || naturalHeight === 0) throw refuse('no-size', 'The SVG has no size of its own');
    const shrink = Math.max(1, Math.max(naturalWidth, naturalHeight) / MAX_SIDE_PX);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(naturalWidth / shrink));
    canvas.height = Math.max(1, Math.round(naturalHeight / shrink));
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new EngineError('OUT_OF_MEMORY', 'No canvas to draw the SVG');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await encodePng(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function encodePng(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    try {
      canvas.toBlob((blob) => {
        if (blob === null) reject(new EngineError('OUT_OF_MEMORY', 'The drawn SVG could not be encoded'));
        else resolve(blob);
      }, 'image/png');
    } catch (error) {
      // Some browsers protect the pixels of drawings with embedded HTML.
      reject(refuse('tainted', 'The browser does not give the pixels of this SVG', error));
    }
  });
}
