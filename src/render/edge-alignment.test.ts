import { describe, expect, it } from 'vitest';
import { alignEdges } from './edge-alignment.ts';
import { finishSteps } from './steps.ts';

const SIZE = 48;
const EDGE = 24;

/** Dark far half, bright near half; the map's outline is smeared over `blurPx` on both sides. */
function drawScene(blurPx: number) {
  const values = new Float32Array(SIZE * SIZE);
  const guide = new Uint8Array(SIZE * SIZE * 4);
  for (let i = 0; i < values.length; i++) {
    const x = i % SIZE;
    const share = Math.min(1, Math.max(0, (x + 0.5 - EDGE + blurPx) / (2 * blurPx)));
    values[i] = 2 + 6 * share;
    guide.fill(x < EDGE ? 60 : 190, i * 4, i * 4 + 3);
  }
  return { map: { widthPx: SIZE, heightPx: SIZE, values }, guide };
}

function meanErrorNearEdge(values: Float32Array): number {
  let sum = 0;
  for (let y = 0; y < SIZE; y++) {
    for (let x = EDGE - 4; x < EDGE + 4; x++)
      sum += Math.abs((values[y * SIZE + x] ?? 0) - (x < EDGE ? 2 : 8));
  }
  return sum / (SIZE * 8);
}

describe('edge alignment', () => {
  it('brings the error beside a smeared outline down by a quarter at least', () => {
    const { map, guide } = drawScene(4);
    const before = meanErrorNearEdge(map.values);
    expect(meanErrorNearEdge(finishSteps(alignEdges(map, guide)).values)).toBeLessThan(0.75 * before);
  });

  it('leaves a flat map flat, whatever the photo shows', () => {
    const { map, guide } = drawScene(4);
    const { values } = finishSteps(alignEdges({ ...map, values: map.values.map(() => 3) }, guide));
    for (const value of values) expect(value).toBeCloseTo(3, 5);
  });

  it('keeps the values within those of the map', () => {
    const { map, guide } = drawScene(2);
    const { values } = finishSteps(alignEdges(map, guide));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThanOrEqual(8);
  });
});
