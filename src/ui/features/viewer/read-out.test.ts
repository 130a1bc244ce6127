import { describe, expect, it } from 'vitest';
import { movePoint, sampleMap } from './read-out.ts';

const MAP = { widthPx: 2, heightPx: 2, values: new Float32Array([0, 10, 20, 30]) };

describe('sampleMap', () => {
  it('gives a pixel its own value at its centre', () => {
    expect(sampleMap(MAP, { x: 0.25, y: 0.25 })).toBe(0);
    expect(sampleMap(MAP, { x: 0.75, y: 0.25 })).toBe(10);
    expect(sampleMap(MAP, { x: 0.25, y: 0.75 })).toBe(20);
  });

  it('mixes the four pixels in between', () => {
    expect(sampleMap(MAP, { x: 0.5, y: 0.5 })).toBe(15);
    expect(sampleMap(MAP, { x: 0.5, y: 0.25 })).toBe(5);
  });

  it('holds the edge pixels up to the border', () => {
    expect(sampleMap(MAP, { x: 0, y: 0 })).toBe(0);
    expect(sampleMap(MAP, { x: 1, y: 1 })).toBe(30);
  });

  it('reads a map of one pixel', () => {
    expect(sampleMap({ widthPx: 1, heightPx: 1, values: new Float32Array([7]) }, { x: 0.9, y: 0.1 })).toBe(7);
  });
});

describe('movePoint', () => {
  it('stays inside the picture', () => {
    expect(movePoint({ x: 0.5, y: 0.99 }, 0.01, 0.05)).toEqual({ x: 0.51, y: 1 });
    expect(movePoint({ x: 0, y: 0 }, -1, -1)).toEqual({ x: 0, y: 0 });
  });
});
