/** Decoding with the browser's own decoders, against pixels of a reference decoder. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineError } from '../../engine/errors.ts';
import type { DecodedImage } from '../../engine/platform.ts';
import { resizeToRgb } from '../../engine/image/resize.ts';
import { addSegments, ORIENTATIONS, storeTurned, type Orientation } from '../../testing/jpeg-segments.ts';
import { createImageDecoder } from './image-codec.ts';
import { createShrinkProbe } from './shrink-probe.ts';

const decodeImage = createImageDecoder();

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
  }, 120_000);

  it('wait in line only as long as somebody wants them', async () => {
    const source = await makeLargePicture(4200, 4000);
    const controller = new AbortController();
    const first = decodeImage(source, { signal: NEVER });
    const second = decodeImage(source, { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    expect((await first).widthPx).toBe(4200);
  }, 120_000);
});

/** Smooth, so that JPEG keeps it, and without any symmetry. */
function makeUprightPixels(width: number, height: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.set(
        [(255 * x) / width, (255 * y) / height, 40 + (100 * x * y) / (width * height), 255],
        (y * width + x) * 4,
      );
    }
  }
  return pixels;
}

async function makeTurnedJpeg(
  orientation: Orientation,
  widthPx: number,
  heightPx: number,
  fillerBytes?: number,
): Promise<Blob> {
  const stored = storeTurned(makeUprightPixels(widthPx, heightPx), widthPx, heightPx, orientation);
  const canvas = new OffscreenCanvas(stored.width, stored.height);
  canvas.getContext('2d')?.putImageData(new ImageData(stored.pixelsRgba, stored.width, stored.height), 0, 0);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.98 });
  return new Blob([addSegments(new Uint8Array(await jpeg.arrayBuffer()), { orientation, fillerBytes })]);
}

function toRgb(pixelsRgba: Uint8ClampedArray): Uint8Array {
  return Uint8Array.from(
    { length: (pixelsRgba.length / 4) * 3 },
    (_, i) => pixelsRgba[Math.floor(i / 3) * 4 + (i % 3)] ?? 0,
  );
}

describe('a JPEG that its camera held otherwise', () => {
  it.each(ORIENTATIONS)('is upright, pixel by pixel, with orientation %i', async (orientation) => {
    const image = await decodeImage(await makeTurnedJpeg(orientation, 96, 64), { signal: NEVER });
    expect([image.widthPx, image.heightPx]).toEqual([96, 64]);
    expect(compare(image, toRgb(makeUprightPixels(96, 64))).max).toBeLessThanOrEqual(8);
  });

  it('is upright and has its size, too, where both follow after megabytes of previews', async () => {
    for (const fillerBytes of [600_000, 5_000_000]) {
      const source = await makeTurnedJpeg(6, 96, 64, fillerBytes);
      const asked: unknown[] = [];
      const image = await decodeImage(source, {
        signal: NEVER,
        chooseSize: (size) => {
          asked.push(size);
          return size;
        },
      });
      expect(asked).toEqual([{ widthPx: 96, heightPx: 64 }]);
      expect(compare(image, toRgb(makeUprightPixels(96, 64))).max).toBeLessThanOrEqual(8);
    }
  });

  it.each([1, 6, 7] as const)('is upright when shrunk, orientation %i', async (orientation) => {
    const source = await makeTurnedJpeg(orientation, 768, 512);
    const image = await decodeImage(source, {
      signal: NEVER,
      chooseSize: () => ({ widthPx: 96, heightPx: 64 }),
    });
    expect(image).toMatchObject({ widthPx: 96, heightPx: 64, shrunkFrom: { widthPx: 768, heightPx: 512 } });
    expect(compare(image, toRgb(makeUprightPixels(96, 64))).max).toBeLessThanOrEqual(8);
  });
});

describe('shrinking while decoding', () => {
  const NETWORK = { widthPx: 256, heightPx: 192 };
  const RESIZE = { filter: 'bilinear', antialias: true, precision: 'u8' } as const;

  /** Nine photos side by side: more detail than one photo of that size has. */
  async function makeDetailedPicture(): Promise<Blob> {
    const tile = await createImageBitmap(new Blob([await fetchBytes('photo-640x480.jpg')]));
    const canvas = new OffscreenCanvas(640 * 3, 480 * 3);
    const context = canvas.getContext('2d');
    for (let i = 0; i < 9; i++) context?.drawImage(tile, (i % 3) * 640, Math.floor(i / 3) * 480);
    tile.close();
    return canvas.convertToBlob({ type: 'image/png' });
  }

  async function feed(source: Blob, divisor: number) {
    const image = await decodeImage(source, {
      signal: NEVER,
      chooseSize: ({ widthPx, heightPx }) => ({ widthPx: widthPx / divisor, heightPx: heightPx / divisor }),
    });
    expect(image.widthPx).toBe(1920 / divisor);
    return resizeToRgb({ ...image, channels: 4, pixels: image.pixelsRgba }, NETWORK, RESIZE);
  }

  it('changes what the network sees by less than JPEG does', async () => {
    const source = await makeDetailedPicture();
    const [whole, half] = [await feed(source, 1), await feed(source, 2)];
    let [max, sum] = [0, 0];
    whole.forEach((value, i) => {
      const difference = Math.abs(value - (half[i] ?? NaN));
      max = Math.max(max, difference);
      sum += difference;
    });
    expect(max).toBeLessThanOrEqual(3);
    expect(sum / whole.length).toBeLessThan(0.5);
  });

  it('is left to the engine where the browser does not average', async () => {
    const decode = createImageDecoder(() => Promise.resolve(false));
    const source = new Blob([await fetchBytes('photo-640x480.jpg')]);
    const image = await decode(source, {
      signal: NEVER,
      chooseSize: () => ({ widthPx: 160, heightPx: 120 }),
    });
    expect([image.widthPx, image.heightPx, image.shrunkFrom]).toEqual([640, 480, undefined]);
  });

  it('averages in this browser; one that skips pixels, or refuses, is found out', async () => {
    expect(await createShrinkProbe()()).toBe(true);
    const skipping = new Uint8ClampedArray(8 * 8 * 4);
    expect(await createShrinkProbe(() => Promise.resolve(skipping))()).toBe(false);
    expect(await createShrinkProbe(() => Promise.resolve(skipping.fill(255)))()).toBe(false);
    expect(await createShrinkProbe(() => Promise.reject(new TypeError('no such option')))()).toBe(false);
  });
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
