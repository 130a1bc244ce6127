import { describe, expect, it } from 'vitest';
import type { ColorSettings } from '../render/renderer.ts';
import { chooseMetricUnit, createMetricReader, describeMetricUnit } from './metric-grey.ts';

/** A renderer of one pixel per value, as `readGreyTile` defines it. */
function readFrom(depthM: Float32Array) {
  return ({ range: { lo, hi } }: ColorSettings) =>
    Uint16Array.from(depthM, (value) => {
      const t = (1 / value - lo) / (hi - lo);
      return Math.round(Math.min(1, Math.max(0, t)) * 65_535);
    });
}

describe('the unit', () => {
  it.each([
    [0.5, 'mm'],
    [65.5, 'mm'],
    [66, 'cm'],
    [655, 'cm'],
    [700, 'dm'],
    [10_000, 'm'],
    [100_000, 'm'],
  ])('for a middle distance of %f metres is %s', (middleM, name) => {
    expect(chooseMetricUnit(Float32Array.of(0.3, middleM, 200_000)).name).toBe(name);
  });

  it('stays fine before a far sky, which is then as far as the file can say', () => {
    const depthM = Float32Array.of(1.25, 2, 3, 10_000, Infinity);
    const unit = chooseMetricUnit(depthM);
    expect(unit.name).toBe('mm');
    const steps = createMetricReader({ depthM }, unit).toSteps(readFrom(depthM), false);
    expect([...steps]).toEqual([1250, 2000, 3000, 65_535, 65_535]);
  });

  it('does not heed what is no distance', () => {
    expect(chooseMetricUnit(Float32Array.of(2, NaN, -5, 0)).name).toBe('mm');
  });

  it('is written down for readers', () => {
    expect(describeMetricUnit(chooseMetricUnit(Float32Array.of(2)))).toEqual({
      Description: expect.stringContaining('metres = grey value x 0.001') as string,
      'Metres per step': '0.001',
    });
  });
});

describe('steps', () => {
  it('are metres over the unit, near and far, to a tenth of a per cent', () => {
    const depthM = Float32Array.from({ length: 400 }, (_, i) => 0.002 * 1.026 ** i);
    const unit = chooseMetricUnit(depthM);
    const steps = createMetricReader({ depthM }, unit).toSteps(readFrom(depthM), false);
    let worst = 0;
    for (const [index, step] of steps.entries()) {
      const truth = depthM[index]!;
      // Half a step is what the unit itself may lose.
      const error = Math.abs(step * unit.metresPerStep - truth) - unit.metresPerStep / 2;
      worst = Math.max(worst, error / truth);
    }
    expect(depthM.at(-1)! / depthM[0]!).toBeGreaterThan(20_000);
    expect(worst).toBeLessThan(0.001);
  });

  it('are the same everywhere in a flat map, and 0 where there is no distance at all', () => {
    const flat = Float32Array.of(2.5, 2.5);
    const unit = chooseMetricUnit(flat);
    const read = () => Uint16Array.of(7, 9);
    expect([...createMetricReader({ depthM: flat }, unit).toSteps(read, false)]).toEqual([2500, 2500]);
    const nothing = { depthM: Float32Array.of(NaN, 0) };
    expect([...createMetricReader(nothing, unit).toSteps(read, false)]).toEqual([0, 0]);
  });
});
