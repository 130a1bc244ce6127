/** Decoding with the browser's own decoders, against pixels of a reference decoder. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineError } from '../../engine/errors.ts';
import type { DecodedImage } from '../../engine/platform.ts';
import { decodeImage } from './image-codec.ts';

const NEVER = new AbortController().signal;

async function fetchBytes(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`/e2e/fixtures/images/${name}`);
  expect(response.ok).toBe(true);
  return response.arrayBuffer();
}

async function decode(name: string): Promise<DecodedImage> {
  return decodeImage(new Blob([await fetchBytes(name)]), { signal: NEVER });
}

async function decodeError(source: Blob): Promise<EngineError> {
  return decodeImage(source, { signal: NEVER }).then(
    () => Promise.reject(new Error('decoded')),
    (error: EngineError) => error,
  );
}

/** Largest and mean difference of the three colours; alpha must be opaque. */
function compare(image: DecodedImage, pixelsRgb: Uint8Array): { max: number; mean: number } {
  const pixelCount = image.widthPx * image.heightPx;
  expect(image.pixelsRgba).toHaveLength(pixelCount * 4);
  expect(pixelsRgb).toHaveLength(pixelCount * 3);
  let max = 0;
  let sum = 0;
  for (let pixel = 0; pixel < pixelCount; pixel += 1) {
    if (image.pixelsRgba[pixel * 4 + 3] !== 255) throw new Error(`pixel ${pixel} is not opaque`);
    for (let channel = 0; channel < 3; channel += 1) {
      const actual = image.pixelsRgba[pixel * 4 + channel] ?? NaN;
      const difference = Math.abs(actual - (pixelsRgb[pixel * 3 + channel] ?? NaN));
      max = Math.max(max, difference);
      sum += difference;
    }
  }
  return { max, mean: sum / (pixelCount * 3) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('decoding', () => {
  it.each([
    ['gray.png', 'gray.rgb8', 160, 120, 0],
    ['anim.gif', 'anim.rgb8', 96, 72, 0],
    ['1x1.png', '1x1.rgb8', 1, 1, 0],
    ['rgb16.png', 'rgb16.rgb8', 160, 120, 1],
    ['gray16.png', 'gray16.rgb8', 160, 120, 1],
    // The decoders may round chroma differently.
    ['photo.webp', 'photo-webp.rgb8', 160, 120, 3],
    ['wrong-extension.png', 'photo-webp.rgb8', 160, 120, 3],
    ['photo.avif', 'photo-avif.rgb8', 160, 120, 3],
  ])('gives the pixels of %s', async (name, pixels, widthPx, heightPx, bound) => {
    const image = await decode(name);
    expect([image.widthPx, image.heightPx]).toEqual([widthPx, heightPx]);
    expect(compare(image, new Uint8Array(await fetchBytes(pixels))).max).toBeLessThanOrEqual(bound);
  });

  it.each([
    ['photo-640x480.jpg', 'photo-640x480.rgb8', 640, 480],
    ['portrait-exif6.jpg', 'portrait-exif6.rgb8', 180, 240],
  ])(
    'gives the upright pixels of %s, within what JPEG decoders differ',
    async (name, pixels, widthPx, heightPx) => {
      const image = await decode(name);
      expect([image.widthPx, image.heightPx]).toEqual([widthPx, heightPx]);
      // Chroma upsampling differs at edges; a wrong rotation or channel order is tens of levels.
      expect(compare(image, new Uint8Array(await fetchBytes(pixels))).mean).toBeLessThan(1);
    },
  );

  it('puts transparent pictures on white', async () => {
    const image = await decode('alpha.png');
    const straight = new Uint8Array(await fetchBytes('alpha.rgba8'));
    const onWhite = new Uint8Array((straight.length / 4) * 3);
    for (let pixel = 0; pixel < straight.length / 4; pixel += 1) {
      const alpha = (straight[pixel * 4 + 3] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel += 1) {
        onWhite[pixel * 3 + channel] = Math.round(
          (straight[pixel * 4 + channel] ?? 0) * alpha + 255 * (1 - alpha),
        );
      }
    }
    // Premultiplied 8-bit canvases round twice.
    expect(compare(image, onWhite).max).toBeLessThanOrEqual(2);
  });

  it('does not invert CMYK', async () => {
    const image = await decode('cmyk.jpg');
    expect(compare(image, new Uint8Array(await fetchBytes('cmyk.rgb8'))).mean).toBeLessThan(40);
  });

  it('reads a very wide picture', async () => {
    const image = await decode('panorama-4000x60.jpg');
    expect([image.widthPx, image.heightPx]).toEqual([4000, 60]);
  });
});

describe('what is no picture', () => {
  it.each([
    ['empty.jpg', 'IMAGE_EMPTY'],
    ['text.jpg', 'IMAGE_NOT_AN_IMAGE'],
    ['drawing.svg', 'IMAGE_UNSUPPORTED_FORMAT'],
    ['bomb-60000x60000.png', 'IMAGE_TOO_LARGE'],
  ])('%s is %s, before anything is decoded', async (name, code) => {
    const spy = vi.spyOn(globalThis, 'createImageBitmap');
    expect((await decodeError(new Blob([await fetchBytes(name)]))).code).toBe(code);
    expect(spy).not.toHaveBeenCalled();
  });

  it('a picture cut off in the middle is an error or a partial picture, never a crash', async () => {
    const source = new Blob([await fetchBytes('truncated.jpg')]);
    const outcome = await decodeImage(source, { signal: NEVER }).catch((error: EngineError) => error);
    if ('code' in outcome) expect(outcome.code).toBe('IMAGE_DECODE_FAILED');
    else expect([outcome.widthPx, outcome.heightPx]).toEqual([640, 480]);
  });

  it('a header followed by rubbish is IMAGE_DECODE_FAILED', async () => {
    const bytes = new Uint8Array(await fetchBytes('gray.png')).slice(0, 400).fill(7, 60);
    expect((await decodeError(new Blob([bytes]))).code).toBe('IMAGE_DECODE_FAILED');
  });
});

/** Red, green, ... by row, so that a misplaced strip shows. */
async function makeLargePicture(widthPx: number, heightPx: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  for (let top = 0; top < heightPx; top += 100) {
    context.fillStyle = `rgb(${(top / 100) % 256} 100 50)`;
    context.fillRect(0, top, widthPx, 100);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}

describe('large pictures', () => {
  it('are read strip by strip, one at a time', async () => {
    const source = await makeLargePicture(4200, 4000);
    let active = 0;
    let mostActive = 0;
    const original = globalThis.createImageBitmap;
    vi.spyOn(globalThis, 'createImageBitmap').mockImplementation(async (...args: unknown[]) => {
      active += 1;
      mostActive = Math.max(mostActive, active);
      try {
        return await (original as (...all: unknown[]) => Promise<ImageBitmap>)(...args);
      } finally {
        active -= 1;
      }
    });
    const images = await Promise.all([1, 2].map(() => decodeImage(source, { signal: NEVER })));
    expect(mostActive).toBe(1);
    for (const { widthPx, heightPx, pixelsRgba } of images) {
      expect([widthPx, heightPx]).toEqual([4200, 4000]);
      for (let top = 50; top < heightPx; top += 100) {
        const at = (top * widthPx + 2100) * 4;
        expect([...pixelsRgba.subarray(at, at + 4)]).toEqual([Math.floor(top / 100) % 256, 100, 50, 255]);
      }
    }
  }, 60_000);

  it('wait in line only as long as somebody wants them', async () => {
    const source = await makeLargePicture(4200, 4000);
    const controller = new AbortController();
    const first = decodeImage(source, { signal: NEVER });
    const second = decodeImage(source, { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    expect((await first).widthPx).toBe(4200);
  }, 60_000);
});

it('closes every bitmap, also when the caller has left', async () => {
  const close = vi.spyOn(ImageBitmap.prototype, 'close');
  const source = new Blob([await fetchBytes('gray.png')]);
  for (let round = 0; round < 20; round += 1) await decodeImage(source, { signal: NEVER });
  const controller = new AbortController();
  const original = globalThis.createImageBitmap as (...all: unknown[]) => Promise<ImageBitmap>;
  vi.spyOn(globalThis, 'createImageBitmap').mockImplementation((...args: unknown[]) => {
    controller.abort(new Error('gone'));
    return original(...args);
  });
  await expect(decodeImage(source, { signal: controller.signal })).rejects.toThrow('gone');
  expect(close).toHaveBeenCalledTimes(21);
});
