import { afterEach, expect, test } from 'vitest';
import { createCanvas2dRenderer } from './canvas2d.ts';
import { COLORMAP_IDS } from './colormaps.ts';
import { createRenderer } from './create-renderer.ts';
import { isWebglSoftware } from './software-gl.ts';
import type { ColorSettings, Renderer, RenderSource, ScalarMap, View } from './renderer.ts';
import { createWebgl2Renderer } from './webgl2.ts';

/** Float32 on the GPU against float64 in the reference: a value on the border of two 8-bit steps may fall to either side. */
const STEP = 1;
/** The same in 16-bit steps: 24 bits of mantissa through a division, a power and 25 weights. */
const GREY16_STEPS = 8;

const SOURCE = { widthPx: 96, heightPx: 64 };
const WHOLE = { x: 0, y: 0, width: SOURCE.widthPx, height: SOURCE.heightPx };
const DEFAULT_COLOR: ColorSettings = {
  colormap: 'inferno',
  invert: false,
  range: { lo: 0, hi: 1 },
  gamma: 1,
  followEdges: false,
};

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

/** Deterministic noise in 0..1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function createMap(seed: number, widthPx = 17, heightPx = 11): ScalarMap {
  const random = createRandom(seed);
  return { widthPx, heightPx, values: Float32Array.from({ length: widthPx * heightPx }, random) };
}

/** Colour patches with some noise: edges to follow, and no two pixels alike. */
async function createPhoto(widthPx = SOURCE.widthPx, heightPx = SOURCE.heightPx): Promise<ImageBitmap> {
  const random = createRandom(99);
  const pixels = new ImageData(widthPx, heightPx);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const isLeft = (i % widthPx) * 2 < widthPx + 9;
    const base = isLeft ? [190, 70, 40] : [50, 90, 170];
    base.forEach((value, channel) => (pixels.data[i * 4 + channel] = value + random() * 24));
    pixels.data[i * 4 + 3] = 255;
  }
  const photo = await createImageBitmap(pixels);
  disposals.push(() => photo.close());
  return photo;
}

interface Pair {
  readonly gpu: Renderer;
  readonly cpu: Renderer;
  readonly gpuCanvas: OffscreenCanvas;
  readonly cpuCanvas: OffscreenCanvas;
}

function createPair(source: RenderSource): Pair {
  const gpuCanvas = new OffscreenCanvas(1, 1);
  const cpuCanvas = new OffscreenCanvas(1, 1);
  const gpu = createWebgl2Renderer(gpuCanvas);
  const cpu = createCanvas2dRenderer(cpuCanvas);
  if (gpu === null || cpu === null) throw new Error('This browser has no WebGL2 or no 2D canvas');
  for (const renderer of [gpu, cpu]) {
    renderer.setSource(source);
    disposals.push(() => renderer.dispose());
  }
  return { gpu, cpu, gpuCanvas, cpuCanvas };
}

async function createSource(map: ScalarMap | null, photo: ImageBitmap | null = null): Promise<RenderSource> {
  return { photo, sourceWidthPx: SOURCE.widthPx, sourceHeightPx: SOURCE.heightPx, map };
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return worst;
}

function readCanvas(canvas: OffscreenCanvas | HTMLCanvasElement): Uint8ClampedArray {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
    willReadFrequently: true,
  });
  if (copy === null) throw new Error('No 2D context');
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data;
}

function pixelAt(pixels: ArrayLike<number>, widthPx: number, x: number, y: number): number[] {
  return [0, 1, 2].map((channel) => pixels[(y * widthPx + x) * 4 + channel] ?? -1);
}

const DEFAULT_VIEW: View = {
  mode: 'map',
  camera: { centerX: 0.5, centerY: 0.5, scale: 1 },
  color: DEFAULT_COLOR,
  comparePosition: 0.5,
  overlayOpacity: 1,
  widthPx: SOURCE.widthPx,
  heightPx: SOURCE.heightPx,
  surround: 0.2,
};

test.each(COLORMAP_IDS)('%s: WebGL2 draws the colours of the reference', async (colormap) => {
  const { gpu, cpu } = createPair(await createSource(createMap(1)));
  const color = { ...DEFAULT_COLOR, colormap };
  expect(
    maxDifference(gpu.readColorTile(WHOLE, color, null), cpu.readColorTile(WHOLE, color, null)),
  ).toBeLessThanOrEqual(STEP);
});

test('known values become the published colours', async () => {
  const map = { widthPx: 3, heightPx: 1, values: Float32Array.of(0, 0.4, 1) };
  const source = { photo: null, sourceWidthPx: 3, sourceHeightPx: 1, map };
  const { gpu, cpu } = createPair(source);
  for (const renderer of [gpu, cpu]) {
    const pixels = renderer.readColorTile({ x: 0, y: 0, width: 3, height: 1 }, DEFAULT_COLOR, null);
    // inferno[0] = 000004, [102] = 932667, [255] = fcffa4
    const published = [0, 0, 4, 255, 147, 38, 103, 255, 252, 255, 164, 255];
    expect(maxDifference(pixels, published)).toBeLessThanOrEqual(STEP);
  }
});

test.each<[string, Partial<ColorSettings>]>([
  ['invert', { invert: true }],
  ['gamma 0.2', { gamma: 0.2 }],
  ['gamma 5', { gamma: 5 }],
  ['invert and gamma', { invert: true, gamma: 2.2 }],
  ['a narrow range', { range: { lo: 0.49, hi: 0.51 } }],
  ['a wide range', { range: { lo: -100, hi: 100 } }],
  ['an empty range', { range: { lo: 0.5, hi: 0.5 } }],
  ['an empty range, inverted', { range: { lo: 0.5, hi: 0.5 }, invert: true }],
  ['a range outside of the values', { range: { lo: 5, hi: 6 } }],
  ['edges', { followEdges: true }],
  ['edges, inverted, gamma 0.5', { followEdges: true, invert: true, gamma: 0.5 }],
])('%s: WebGL2 agrees with the reference', async (_, change) => {
  const photo = await createPhoto();
  const { gpu, cpu } = createPair(await createSource(createMap(2), photo));
  const color = { ...DEFAULT_COLOR, ...change };
  for (const photoTile of [null, photo]) {
    const colors = [gpu, cpu].map((renderer) => renderer.readColorTile(WHOLE, color, photoTile));
    expect(maxDifference(colors[0] ?? [], colors[1] ?? [])).toBeLessThanOrEqual(STEP);
    const greys = [gpu, cpu].map((renderer) => renderer.readGreyTile(WHOLE, color, photoTile));
    // A span of 0.02 magnifies float32 rounding fifty times, a gamma of 5 makes t = 0 infinitely steep.
    const steps =
      change.range?.lo === 0.49 ? GREY16_STEPS * 50 : change.gamma === 5 ? GREY16_STEPS * 8 : GREY16_STEPS;
    expect(maxDifference(greys[0] ?? [], greys[1] ?? [])).toBeLessThanOrEqual(steps);
  }
});

test('a map with NaN and infinities is drawn, NaN as the farthest', async () => {
  const map = createMap(3);
  map.values.set([NaN, Infinity, -Infinity], 20);
  const { gpu, cpu } = createPair(await createSource(map));
  const tile = gpu.readColorTile(WHOLE, DEFAULT_COLOR, null);
  expect(maxDifference(tile, cpu.readColorTile(WHOLE, DEFAULT_COLOR, null))).toBeLessThanOrEqual(STEP);
});

test.each([false, true])('tiles are the whole, cut: no seams (edges %s)', async (followEdges) => {
  const photo = await createPhoto();
  const { gpu, cpu } = createPair(await createSource(createMap(4), photo));
  const color = { ...DEFAULT_COLOR, followEdges };
  for (const renderer of [gpu, cpu]) {
    const whole = renderer.readGreyTile(WHOLE, color, photo);
    for (const rect of [
      { x: 0, y: 0, width: 40, height: 30 },
      { x: 40, y: 0, width: 56, height: 30 },
      { x: 13, y: 30, width: 71, height: 34 },
    ]) {
      const crop = await createImageBitmap(photo, rect.x, rect.y, rect.width, rect.height);
      const tile = renderer.readGreyTile(rect, color, crop);
      crop.close();
      const expected = Uint16Array.from(
        tile,
        (_, i) => whole[(rect.y + Math.floor(i / rect.width)) * WHOLE.width + rect.x + (i % rect.width)] ?? 0,
      );
      expect(maxDifference(tile, expected)).toBe(0);
    }
  }
});

test('edges of the photo sharpen the map on both renderers', async () => {
  const photo = await createPhoto();
  const map: ScalarMap = {
    widthPx: 12,
    heightPx: 8,
    // A blurred step near the photo's edge (x = 52.5 of 96).
    values: Float32Array.from({ length: 96 }, (_, i) => Math.min(1, Math.max(0, (7.6 - (i % 12)) / 2))),
  };
  const { gpu, cpu } = createPair(await createSource(map, photo));
  for (const renderer of [gpu, cpu]) {
    const steepest = [false, true].map((followEdges) => {
      const row = renderer.readGreyTile(
        { ...WHOLE, y: 32, height: 1 },
        { ...DEFAULT_COLOR, followEdges },
        photo,
      );
      return (row[50] ?? 0) - (row[54] ?? 0);
    });
    expect(steepest[1] ?? 0).toBeGreaterThan(2.5 * (steepest[0] ?? 0));
  }
});

test.each<[string, Partial<View>]>([
  ['photo', { mode: 'photo' }],
  ['map', { mode: 'map' }],
  ['side by side', { mode: 'side-by-side', widthPx: 97 }],
  ['compare', { mode: 'compare', comparePosition: 0.3 }],
  ['overlay', { mode: 'overlay', overlayOpacity: 0.4 }],
  ['map with edges', { mode: 'map', color: { ...DEFAULT_COLOR, followEdges: true } }],
  ['crisp pixels at 5x', { mode: 'photo', camera: { centerX: 0.31, centerY: 0.62, scale: 5 } }],
  [
    'map with edges at 5x',
    {
      mode: 'compare',
      color: { ...DEFAULT_COLOR, followEdges: true },
      camera: { centerX: 0.53, centerY: 0.42, scale: 5 },
    },
  ],
])('view %s: WebGL2 draws what the reference draws', async (_, change) => {
  const { gpu, cpu, gpuCanvas, cpuCanvas } = createPair(
    await createSource(createMap(5), await createPhoto()),
  );
  const view = { ...DEFAULT_VIEW, ...change };
  gpu.draw(view);
  cpu.draw(view);
  expect(gpuCanvas.width).toBe(view.widthPx);
  expect(maxDifference(readCanvas(gpuCanvas), readCanvas(cpuCanvas))).toBeLessThanOrEqual(STEP);
});

test('a view drawn again with other colours, slider and opacity is still what the reference draws', async () => {
  const { gpu, gpuCanvas, cpu, cpuCanvas } = createPair(
    await createSource(createMap(5), await createPhoto()),
  );
  const view: View = {
    ...DEFAULT_VIEW,
    mode: 'compare',
    color: { ...DEFAULT_COLOR, followEdges: true },
    camera: { centerX: 0.53, centerY: 0.42, scale: 3.3 },
  };
  // From the second draw on the upsampled values are kept; every change must be seen all the same.
  for (const change of [
    {},
    {},
    { comparePosition: 0.1 },
    { color: { ...view.color, colormap: 'viridis', invert: true, gamma: 0.7, range: { lo: 0.2, hi: 0.6 } } },
    { color: { ...view.color, followEdges: false } },
    {},
    { overlayOpacity: 0.5 },
    { overlayOpacity: 0 },
    { mode: 'side-by-side' },
    { mode: 'side-by-side', overlayOpacity: 0.8 },
    { camera: { ...view.camera, centerX: 0.4 } },
    { camera: { ...view.camera, centerX: 0.4 } },
    {},
    { widthPx: 70, heightPx: 90 },
    { widthPx: 70, heightPx: 90 },
  ] satisfies Partial<View>[]) {
    gpu.draw({ ...view, ...change });
    cpu.draw({ ...view, ...change });
    expect(
      maxDifference(readCanvas(gpuCanvas), readCanvas(cpuCanvas)),
      JSON.stringify(change),
    ).toBeLessThanOrEqual(STEP);
  }
  const other = await createSource(createMap(55), await createPhoto());
  for (const renderer of [gpu, cpu]) {
    renderer.setSource(other);
    renderer.draw(view);
    renderer.draw(view);
  }
  expect(maxDifference(readCanvas(gpuCanvas), readCanvas(cpuCanvas))).toBeLessThanOrEqual(STEP);
});

test('a view at scale 1 is the picture: photo left of the slider, map right of it, surround around both', async () => {
  const photo = await createPhoto();
  const { gpu, gpuCanvas } = createPair(await createSource(createMap(6), photo));
  gpu.draw({ ...DEFAULT_VIEW, mode: 'compare', comparePosition: 0.5, widthPx: 120, heightPx: 80 });
  const drawn = readCanvas(gpuCanvas);
  const map = gpu.readColorTile(WHOLE, DEFAULT_COLOR, null);
  const original = new OffscreenCanvas(96, 64).getContext('2d');
  original?.drawImage(photo, 0, 0);
  const photoPixels = original?.getImageData(0, 0, 96, 64).data ?? [];
  // The picture of 96 x 64 lies at (12, 8) of the canvas of 120 x 80; the slider is at 60.
  expect(pixelAt(drawn, 120, 12, 8)).toEqual(pixelAt(photoPixels, 96, 0, 0));
  expect(pixelAt(drawn, 120, 59, 40)).toEqual(pixelAt(photoPixels, 96, 47, 32));
  expect(pixelAt(drawn, 120, 60, 40)).toEqual(pixelAt(map, 96, 48, 32));
  expect(pixelAt(drawn, 120, 107, 71)).toEqual(pixelAt(map, 96, 95, 63));
  expect(pixelAt(drawn, 120, 11, 8)).toEqual([51, 51, 51]);
  expect(pixelAt(drawn, 120, 108, 71)).toEqual([51, 51, 51]);
});

test('a photo far larger than the view is averaged, not sampled: no moire', async () => {
  const pixels = new ImageData(512, 512);
  for (let i = 0; i < 512 * 512; i++) {
    pixels.data.fill(((i % 512) + Math.floor(i / 512)) % 2 === 0 ? 255 : 0, i * 4, i * 4 + 3);
    pixels.data[i * 4 + 3] = 255;
  }
  const photo = await createImageBitmap(pixels);
  const { gpu, cpu, gpuCanvas, cpuCanvas } = createPair({
    photo,
    sourceWidthPx: 512,
    sourceHeightPx: 512,
    map: null,
  });
  const view = {
    ...DEFAULT_VIEW,
    mode: 'photo' as const,
    camera: { centerX: 0.5, centerY: 0.5, scale: 0.125 },
    widthPx: 64,
    heightPx: 64,
  };
  for (const [renderer, canvas] of [
    [gpu, gpuCanvas],
    [cpu, cpuCanvas],
  ] as const) {
    renderer.draw(view);
    // A checkerboard of single pixels averages to grey.
    for (const value of pixelAt(readCanvas(canvas), 64, 32, 32))
      expect(Math.abs(value - 128)).toBeLessThan(4);
  }
  photo.close();
});

test('without a map the photo is drawn in every mode; without a photo the map is, in its own place only', async () => {
  const photo = await createPhoto();
  const { gpu, cpu, gpuCanvas, cpuCanvas } = createPair(await createSource(null, photo));
  const drawAll = () =>
    [
      [gpu, gpuCanvas],
      [cpu, cpuCanvas],
    ].map(([renderer, canvas]) => {
      (renderer as Renderer).draw({ ...DEFAULT_VIEW, mode: 'overlay', overlayOpacity: 0.5 });
      return readCanvas(canvas as OffscreenCanvas);
    });
  const photoOnly = drawAll();
  for (const drawn of photoOnly) expect(pixelAt(drawn, 96, 5, 5)[0]).toBeGreaterThan(180);
  const map = { widthPx: 1, heightPx: 1, values: Float32Array.of(1) };
  for (const renderer of [gpu, cpu])
    renderer.setSource({ photo: null, sourceWidthPx: 96, sourceHeightPx: 64, map });
  for (const drawn of drawAll()) expect(pixelAt(drawn, 96, 5, 5)).toEqual([252, 255, 164]);

  const colorsLeftAndRight = (mode: View['mode']) =>
    [[gpu, gpuCanvas] as const, [cpu, cpuCanvas] as const].map(([renderer, canvas]) => {
      renderer.draw({ ...DEFAULT_VIEW, mode, camera: { ...DEFAULT_VIEW.camera, scale: 0.5 } });
      const drawn = readCanvas(canvas);
      return [pixelAt(drawn, 96, 30, 32), pixelAt(drawn, 96, 65, 32)];
    });
  const [bright, surround] = [
    [252, 255, 164],
    [51, 51, 51],
  ];
  for (const mode of ['compare', 'side-by-side'] as const)
    expect(colorsLeftAndRight(mode)).toEqual([
      [surround, bright],
      [surround, bright],
    ]);
  expect(colorsLeftAndRight('photo')).toEqual([
    [surround, surround],
    [surround, surround],
  ]);
  photo.close();
});

test('a lost context is restored, and the last view drawn again from the kept source', async () => {
  const canvas = document.createElement('canvas');
  const states: string[] = [];
  let onRestored = () => {};
  const restored = new Promise<void>((resolve) => (onRestored = resolve));
  const renderer = createWebgl2Renderer(canvas, {
    onContextChange: (state) => {
      states.push(state);
      if (state === 'restored') onRestored();
    },
  });
  if (renderer === null) throw new Error('No WebGL2');
  disposals.push(() => renderer.dispose());
  renderer.setSource(await createSource(createMap(7), await createPhoto()));
  const view = { ...DEFAULT_VIEW, color: { ...DEFAULT_COLOR, followEdges: true } };
  renderer.draw(view);
  const before = readCanvas(canvas);
  // Restoring is allowed only after the event has been handled: a macrotask later.
  const lost = new Promise((resolve) =>
    canvas.addEventListener('webglcontextlost', () => setTimeout(resolve)),
  );
  const extension = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
  extension?.loseContext();
  await lost;
  expect(() => renderer.readColorTile(WHOLE, DEFAULT_COLOR, null)).toThrow(/context lost/);
  renderer.draw(view);
  extension?.restoreContext();
  await restored;
  expect(states).toEqual(['lost', 'restored']);
  expect(maxDifference(readCanvas(canvas), before)).toBe(0);
});

test('the factory leaves a simulated GPU alone unless asked for it, and says when there is nothing', () => {
  const chosen = createRenderer(document.createElement('canvas'));
  expect(chosen.kind).toBe(isWebglSoftware() ? 'canvas2d' : 'webgl2');
  chosen.dispose();
  const gpu = createRenderer(document.createElement('canvas'), { prefer: 'webgl2' });
  expect(gpu.kind).toBe('webgl2');
  expect(gpu.maxTextureSizePx).toBeGreaterThanOrEqual(2048);
  const cpu = createRenderer(document.createElement('canvas'), { prefer: 'canvas2d' });
  expect(cpu.kind).toBe('canvas2d');
  const taken = document.createElement('canvas');
  taken.getContext('bitmaprenderer');
  expect(() => createRenderer(taken)).toThrow(/No context/);
  gpu.dispose();
  cpu.dispose();
});

test('a canvas whose renderer was disposed gets a new one', async () => {
  const canvas = document.createElement('canvas');
  createRenderer(canvas).dispose();
  const renderer = createRenderer(canvas);
  renderer.setSource(await createSource(createMap(8)));
  renderer.draw(DEFAULT_VIEW);
  const drawn = readCanvas(canvas);
  const map = renderer.readColorTile(WHOLE, DEFAULT_COLOR, null);
  expect(pixelAt(drawn, 96, 50, 30)).toEqual(pixelAt(map, 96, 50, 30));
  renderer.dispose();
});
