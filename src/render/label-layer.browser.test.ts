import { afterEach, expect, test } from 'vitest';
import type { LabelMap } from '../engine/parsing/selection.ts';
import { createCanvas2dRenderer } from './canvas2d.ts';
import { createFaceBlur } from './face-blur.ts';
import type { LabelLook, LabelSource, RenderSource, View } from './renderer.ts';
import { createWebgl2Renderer } from './webgl2.ts';

/** Blending works in 8 bits on some GPUs, and the reference rounds once more between blur and classes. */
const STEPS = 2;

const SIZE = { sourceWidthPx: 60, sourceHeightPx: 40 };
const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

/** Class 1 on the left, 2 on the right, a square of class 3 in the middle; person 1 in the upper half, 300 below. */
function createLabels() {
  const [widthPx, heightPx] = [30, 20];
  const labelsU8 = new Uint8Array(widthPx * heightPx);
  const instancesU16 = new Uint16Array(widthPx * heightPx);
  for (let y = 0, i = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, i++) {
      const isMiddle = x >= 10 && x < 20 && y >= 6 && y < 14;
      labelsU8[i] = isMiddle ? 3 : x < 4 ? 0 : x < 15 ? 1 : 2;
      instancesU16[i] = y < 10 ? 1 : 300;
    }
  }
  return { widthPx, heightPx, labelsU8, instancesU16 } satisfies LabelSource;
}

function createLook(hidden: readonly number[] = [], change: Partial<LabelLook> = {}): LabelLook {
  const paletteRgba = new Uint8Array(256 * 4);
  const colors = [
    [0, 0, 0],
    [200, 40, 10],
    [10, 180, 60],
    [30, 60, 240],
  ];
  colors.forEach((color, id) =>
    paletteRgba.set([...color, id === 0 || hidden.includes(id) ? 0 : 255], id * 4),
  );
  const peopleOn = new Uint8Array(301).fill(1);
  return { isOutline: false, lineWidthPx: 3, paletteRgba, peopleOn, ...change };
}

async function createPhoto(): Promise<ImageBitmap> {
  const pixels = new ImageData(SIZE.sourceWidthPx, SIZE.sourceHeightPx);
  for (let i = 0; i < pixels.data.length; i += 4) {
    const x = (i / 4) % 60;
    const y = Math.floor(i / 240);
    pixels.data.set([x * 4, y * 6, (x * 37 + y * 91) % 256, 255], i);
  }
  const photo = await createImageBitmap(pixels);
  disposals.push(() => photo.close());
  return photo;
}

const VIEW: View = {
  mode: 'map',
  camera: { centerX: 0.5, centerY: 0.5, scale: 1 },
  color: { colormap: 'grey', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: false },
  comparePosition: 0.5,
  overlayOpacity: 1,
  widthPx: 60,
  heightPx: 40,
  surround: 0.2,
};

/** Draws the same on both; returns RGBA8 of each. */
function drawBoth(source: RenderSource, view: View): readonly [Uint8ClampedArray, Uint8ClampedArray] {
  const draw = (kind: 'gpu' | 'cpu') => {
    const canvas = new OffscreenCanvas(1, 1);
    const renderer = kind === 'gpu' ? createWebgl2Renderer(canvas) : createCanvas2dRenderer(canvas);
    if (renderer === null) throw new Error(`No renderer: ${kind}`);
    disposals.push(() => renderer.dispose());
    renderer.setSource(source);
    renderer.draw(view);
    const copy = new OffscreenCanvas(view.widthPx, view.heightPx).getContext('2d')!;
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, view.widthPx, view.heightPx).data;
  };
  return [draw('gpu'), draw('cpu')];
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

const rgbAt = (pixels: Uint8ClampedArray, x: number, y: number, widthPx = 60) => [
  ...pixels.slice((y * widthPx + x) * 4, (y * widthPx + x) * 4 + 3),
];

test('classes cover the photo in their colours, the background shows it, and edges are clean when zoomed', async () => {
  const source = { ...SIZE, photo: await createPhoto(), map: null, labels: createLabels() };
  const [gpu, cpu] = drawBoth(source, { ...VIEW, labels: createLook() });
  expect(maxDifference(gpu, cpu)).toBeLessThanOrEqual(STEPS);
  expect(rgbAt(gpu, 10, 2)).toEqual([200, 40, 10]);
  expect(rgbAt(gpu, 30, 20)).toEqual([30, 60, 240]);
  expect(rgbAt(gpu, 2, 5)).toEqual([8, 30, (2 * 37 + 5 * 91) % 256]);
  const camera = { centerX: 0.25, centerY: 0.25, scale: 7 };
  const zoomed = { ...VIEW, camera, widthPx: 90, heightPx: 70, labels: createLook() };
  const [near] = drawBoth({ ...source, photo: null }, zoomed);
  const colors = new Set<string>();
  for (let i = 0; i < near.length; i += 4) colors.add(near.slice(i, i + 3).join());
  expect([...colors].sort()).toEqual(['200,40,10', '30,60,240']);
});

test('opacity tints, compare draws right of the line only, and the photo alone stays the photo', async () => {
  const source = { ...SIZE, photo: await createPhoto(), map: null, labels: createLabels() };
  const labels = createLook();
  const [tinted, reference] = drawBoth(source, { ...VIEW, overlayOpacity: 0.5, labels });
  expect(maxDifference(tinted, reference)).toBeLessThanOrEqual(STEPS);
  expect(Math.abs(rgbAt(tinted, 10, 2)[0]! - (40 + 200) / 2)).toBeLessThanOrEqual(STEPS);
  const [compared, comparedReference] = drawBoth(source, { ...VIEW, mode: 'compare', labels });
  expect(maxDifference(compared, comparedReference)).toBeLessThanOrEqual(STEPS);
  expect(rgbAt(compared, 12, 4)[0]).toBe(48);
  expect(rgbAt(compared, 50, 4)).toEqual([10, 180, 60]);
  const [photo] = drawBoth(source, { ...VIEW, mode: 'photo', labels });
  expect(rgbAt(photo, 50, 4)[0]).toBe(200);
});

test('hidden classes and people show the photo', async () => {
  const source = { ...SIZE, photo: await createPhoto(), map: null, labels: createLabels() };
  const peopleOn = new Uint8Array(301).fill(1);
  peopleOn[300] = 0;
  const [gpu, cpu] = drawBoth(source, { ...VIEW, labels: createLook([1], { peopleOn }) });
  expect(maxDifference(gpu, cpu)).toBeLessThanOrEqual(STEPS);
  expect(rgbAt(gpu, 12, 4)[0]).toBe(48);
  expect(rgbAt(gpu, 50, 4)).toEqual([10, 180, 60]);
  expect(rgbAt(gpu, 50, 36)[0]).toBe(200);
});

test('outlines run along classes and people, and leave their insides free', async () => {
  const source = { ...SIZE, photo: await createPhoto(), map: null, labels: createLabels() };
  const [gpu, cpu] = drawBoth(source, { ...VIEW, labels: createLook([], { isOutline: true }) });
  let different = 0;
  for (let i = 0; i < gpu.length; i++) if (Math.abs(gpu[i]! - cpu[i]!) > STEPS) different += 1;
  // A neighbour that lies exactly on a border of two map pixels may fall to either side.
  expect(different / gpu.length).toBeLessThan(0.01);
  expect(rgbAt(gpu, 14, 4)[0]).toBe(56);
  expect(rgbAt(gpu, 8, 4)).toEqual([200, 40, 10]);
  // Two people meet in the middle of one class.
  expect(rgbAt(gpu, 50, 20)).toEqual([10, 180, 60]);
});

test('faces are blurred in full, softly around, and not elsewhere; both renderers agree', async () => {
  const labels = createLabels();
  const map: LabelMap = { ...labels, instancesU16: null, labels: ['a', 'b', 'c', 'd'], people: [] };
  const settings = { classes: new Set([3]), people: null, feather: 0.5, strength: 1 };
  const blur = createFaceBlur(map, settings, SIZE);
  expect(blur).not.toBeNull();
  const photo = await createPhoto();
  const [gpu, cpu] = drawBoth({ ...SIZE, photo, map: null, blur }, VIEW);
  expect(maxDifference(gpu, cpu)).toBeLessThanOrEqual(STEPS);
  // The noise of the blue channel is gone inside the face, and whole away from it.
  const blue = (x: number, y: number) => rgbAt(gpu, x, y)[2]!;
  const noise = (y: number, from: number, to: number) => {
    let sum = 0;
    for (let x = from; x < to; x++) sum += Math.abs(blue(x + 1, y) - blue(x, y));
    return sum / (to - from);
  };
  expect(noise(20, 22, 37)).toBeLessThan(6);
  expect(noise(20, 45, 58)).toBeGreaterThan(30);
  expect(createFaceBlur(map, { ...settings, classes: new Set([9]) }, SIZE)).toBeNull();
});

test('a blur of the whole photo covers it in every view, and leaves classes where they belong', async () => {
  const labels = createLabels();
  const map: LabelMap = { ...labels, instancesU16: null, labels: ['a', 'b', 'c', 'd'], people: [] };
  const settings = { classes: new Set([3]), people: null, feather: 0, strength: 1 };
  const photo = await createPhoto();
  const source = { ...SIZE, photo, map: null, labels, blur: createFaceBlur(map, settings, SIZE) };
  const look = createLook([1, 2, 3]);
  const isSharp = (pixels: Uint8ClampedArray, fromX: number, widthPx: number) => {
    const blues = Array.from({ length: 6 }, (_, i) => rgbAt(pixels, fromX + i, 20, widthPx)[2]!);
    return Math.max(...blues) - Math.min(...blues) > 60;
  };
  const views = [
    ['photo', 26, 60],
    ['compare', 24, 60],
    ['side-by-side', 26, 120],
  ] as const;
  for (const [mode, fromX, widthPx] of views) {
    const view = { ...VIEW, mode, widthPx, labels: look };
    const [gpu, cpu] = drawBoth(source, { ...view, isPhotoBlurred: true });
    expect(maxDifference(gpu, cpu), mode).toBeLessThanOrEqual(STEPS);
    expect(isSharp(gpu, fromX, widthPx), mode).toBe(false);
    const [sharp] = drawBoth(source, view);
    expect(isSharp(sharp, fromX, widthPx), mode).toBe(true);
  }
  const shown = createLook([3]);
  const [gpu] = drawBoth(source, { ...VIEW, mode: 'photo', labels: shown, isPhotoBlurred: true });
  expect(rgbAt(gpu, 50, 4)[0]).toBe(200);
});
