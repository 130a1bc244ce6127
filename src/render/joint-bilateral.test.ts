import { expect, test } from 'vitest';
import {
  createRangeWeights,
  mapPositions,
  spatialWeight,
  upsampleBilinear,
  upsampleJointBilateral,
  WINDOW_RADIUS,
} from './joint-bilateral.ts';
import type { ScalarMap } from './renderer.ts';
import { finishSteps } from './steps.ts';

const MAP_PX = 64;
const SCALE = 8;
const PHOTO_PX = MAP_PX * SCALE;
/** A slanted edge, so that it crosses map pixels at every phase. */
const edgeAt = (y: number) => PHOTO_PX / 2 + 0.35 * (y - PHOTO_PX / 2);

/** A near object (1) left of a slanted edge, far ground (0) on its right; the photo is red there and blue here. */
function createScene(): { truth: Float32Array; photo: Uint8Array; guide: Uint8Array; map: ScalarMap } {
  const truth = new Float32Array(PHOTO_PX ** 2);
  const photo = new Uint8Array(PHOTO_PX ** 2 * 4);
  for (let y = 0; y < PHOTO_PX; y++) {
    for (let x = 0; x < PHOTO_PX; x++) {
      const isNear = x + 0.5 < edgeAt(y + 0.5);
      truth[y * PHOTO_PX + x] = isNear ? 1 : 0;
      photo.set(isNear ? [200, 60, 40, 255] : [40, 80, 180, 255], (y * PHOTO_PX + x) * 4);
    }
  }
  const values = new Float32Array(MAP_PX ** 2);
  const guide = new Uint8Array(MAP_PX ** 2 * 4);
  for (let i = 0; i < values.length; i++) {
    const sums = [0, 0, 0, 0, 0];
    for (let j = 0; j < SCALE ** 2; j++) {
      const x = (i % MAP_PX) * SCALE + (j % SCALE);
      const y = Math.floor(i / MAP_PX) * SCALE + Math.floor(j / SCALE);
      for (let c = 0; c < 4; c++) sums[c] = (sums[c] ?? 0) + (photo[(y * PHOTO_PX + x) * 4 + c] ?? 0);
      sums[4] = (sums[4] ?? 0) + (truth[y * PHOTO_PX + x] ?? 0);
    }
    guide.set(
      sums.slice(0, 4).map((sum) => Math.round(sum / SCALE ** 2)),
      i * 4,
    );
    values[i] = (sums[4] ?? 0) / SCALE ** 2;
  }
  return { truth, photo, guide, map: { widthPx: MAP_PX, heightPx: MAP_PX, values } };
}

/** Mean absolute error within one map pixel of the edge, two map pixels away from the border. */
function errorNearEdge(values: Float32Array, truth: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (let y = 2 * SCALE; y < PHOTO_PX - 2 * SCALE; y++) {
    for (let x = 0; x < PHOTO_PX; x++) {
      if (Math.abs(x + 0.5 - edgeAt(y + 0.5)) > SCALE) continue;
      sum += Math.abs((values[y * PHOTO_PX + x] ?? 0) - (truth[y * PHOTO_PX + x] ?? 0));
      count++;
    }
  }
  return sum / count;
}

const positions = mapPositions(PHOTO_PX, 0.5, 1, PHOTO_PX, MAP_PX);
const weights = createRangeWeights();

test('a 64-pixel map follows a sharp edge of a 512-pixel photo far better than bilinear', () => {
  const { truth, photo, guide, map } = createScene();
  const bilinear = errorNearEdge(upsampleBilinear(map, positions, positions), truth);
  const joint = errorNearEdge(
    finishSteps(upsampleJointBilateral(map, guide, positions, positions, photo, weights)),
    truth,
  );
  expect(bilinear).toBeGreaterThan(0.1);
  expect(joint).toBeLessThan(bilinear / 3);
});

test('without edges in the photo a slope stays a slope', () => {
  const values = Float32Array.from({ length: MAP_PX ** 2 }, (_, i) => i % MAP_PX);
  const map = { widthPx: MAP_PX, heightPx: MAP_PX, values };
  const guide = new Uint8Array(MAP_PX ** 2 * 4).fill(128);
  const photo = new Uint8Array(PHOTO_PX ** 2 * 4).fill(128);
  const result = finishSteps(upsampleJointBilateral(map, guide, positions, positions, photo, weights));
  for (let x = 3 * SCALE; x < PHOTO_PX - 3 * SCALE; x++) {
    // Steps of a twentieth of a map pixel would be seen as bands.
    expect(Math.abs((result[100 * PHOTO_PX + x] ?? 0) - (positions[x] ?? 0))).toBeLessThan(0.05);
  }
});

test('a constant map stays constant, whatever the photo shows', () => {
  const { photo, guide } = createScene();
  const map = { widthPx: MAP_PX, heightPx: MAP_PX, values: new Float32Array(MAP_PX ** 2).fill(3) };
  const result = finishSteps(upsampleJointBilateral(map, guide, positions, positions, photo, weights));
  // Float32 sums of 25 weights: a few units in the last place.
  expect(result.reduce((worst, value) => Math.max(worst, Math.abs(value - 3)), 0)).toBeLessThan(1e-5);
});

test('a colour that no neighbour has leaves the distance to decide', () => {
  const { guide, map } = createScene();
  const green = new Uint8Array(PHOTO_PX ** 2 * 4).fill(255);
  const result = finishSteps(upsampleJointBilateral(map, guide, positions, positions, green, weights));
  expect(result.every((value) => value >= 0 && value <= 1)).toBe(true);
});

test('the window weight ends at 0 without a step', () => {
  expect(spatialWeight(0)).toBe(1);
  expect(spatialWeight(WINDOW_RADIUS + 0.5)).toBe(0);
  expect(spatialWeight(WINDOW_RADIUS + 0.4)).toBeLessThan(1e-3);
});

test('bilinear gives the known values between pixels and repeats the border', () => {
  const map = { widthPx: 2, heightPx: 2, values: Float32Array.of(0, 1, 2, 3) };
  const result = upsampleBilinear(map, Float64Array.of(-1, 0, 0.25, 5), Float64Array.of(0, 0.5));
  expect([...result]).toEqual([0, 0, 0.25, 1, 1, 1, 1.25, 2]);
});

test('the centre of the picture is the centre of the map', () => {
  expect([...mapPositions(4, 0.5, 1, 4, 2)]).toEqual([-0.25, 0.25, 0.75, 1.25]);
});
