import { describe, expect, it } from 'vitest';
import { createFakeModel, createFakePlatform } from '../testing/fake-platform.ts';
import { CATALOGUE } from './models/catalogue.ts';
import {
  compareOutputs,
  compareParts,
  createSelfTestPicture,
  resolveSelfTestSize,
  runSelfTest,
} from './self-test.ts';

const reference = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));

describe('compareOutputs', () => {
  it('passes equal outputs with an error of 0 and a correlation of 1', () => {
    const verdict = compareOutputs(reference, reference, 1e-3);
    expect(verdict).toMatchObject({ passed: true, meanRelativeError: 0, tolerance: 1e-3 });
    expect(verdict.correlation).toBeCloseTo(1, 12);
  });

  it('measures the mean error in deviations of the reference', () => {
    const verdict = compareOutputs(
      reference.map((value) => value + 0.1),
      reference,
      0.02,
    );
    // sin has a deviation of 0.707.
    expect(verdict.meanRelativeError).toBeCloseTo(0.1 / 0.707, 2);
    expect(verdict.passed).toBe(false);
  });

  it.each([
    ['garbage', reference.map((_value, i) => Math.cos(i * 7))],
    ['the negative', reference.map((value) => -value)],
    ['one value everywhere', reference.map(() => 0)],
    ['a NaN', reference.map((value, i) => (i === 50 ? NaN : value))],
    ['an infinity', reference.map((value, i) => (i === 50 ? Infinity : value))],
  ])('fails %s whatever the tolerance', (_what, values) => {
    expect(compareOutputs(values, reference, 10).passed).toBe(false);
  });

  it('holds a model to the correlation that its manifest asks for', () => {
    const noisy = reference.map((value, i) => value + (i % 2 === 0 ? 0.07 : -0.07));
    expect(compareOutputs(noisy, reference, 1).correlation).toBeCloseTo(0.995, 3);
    expect(compareOutputs(noisy, reference, 1).passed).toBe(true);
    expect(compareOutputs(noisy, reference, 1, 0.999).passed).toBe(false);
  });

  it('refuses a reference of another size', () => {
    expect(() => compareOutputs(reference, reference.subarray(1), 1)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    );
  });
});

describe('compareParts', () => {
  // As of M2FP: large masks, small class logits.
  const masks = Float32Array.from({ length: 10_000 }, (_, i) => 40 * Math.sin(i));
  const join = (logits: Float32Array) => Float32Array.from([...masks, ...logits]);
  const lengths = [masks.length, reference.length];

  it('passes where every part is right', () => {
    expect(compareParts(join(reference), join(reference), lengths, 1e-3)).toMatchObject({
      passed: true,
      meanRelativeError: 0,
    });
  });

  it('fails where only the small part is wrong, which would not be seen in the whole', () => {
    const wrong = join(reference.map((value) => value + 0.1));
    expect(compareOutputs(wrong, join(reference), 0.02).passed).toBe(true);
    const verdict = compareParts(wrong, join(reference), lengths, 0.02);
    expect(verdict.passed).toBe(false);
    expect(verdict.meanRelativeError).toBeCloseTo(0.1 / 0.707, 2);
  });

  it('fails a NaN in any part, and refuses a reference of another size', () => {
    const broken = join(reference.map((value, i) => (i === 3 ? NaN : value)));
    expect(compareParts(broken, join(reference), lengths, 10).passed).toBe(false);
    for (const length of [masks.length, masks.length + reference.length - 1]) {
      expect(() => compareParts(join(reference), join(reference).subarray(0, length), lengths, 1)).toThrow(
        expect.objectContaining({ code: 'REQUEST_INVALID' }),
      );
    }
  });
});

describe('resolveSelfTestSize', () => {
  it('keeps fixed sizes and takes about 64 pixels where the size is free', () => {
    for (const { input } of CATALOGUE) {
      const { widthPx, heightPx } = resolveSelfTestSize(input.size, input.detail.defaultPx);
      if ('multipleOf' in input.size) {
        expect(widthPx % input.size.multipleOf).toBe(0);
        expect(widthPx).toBeGreaterThanOrEqual(64);
        expect(widthPx).toBeLessThan(128);
        expect(heightPx).toBe(widthPx);
      }
      if (input.size.rule === 'fixed') expect(widthPx).toBe(input.size.widthPx);
    }
  });
});

describe('createSelfTestPicture', () => {
  it('is the same at every call and varies widely in each channel', () => {
    const picture = createSelfTestPicture({ widthPx: 64, heightPx: 64 });
    expect(createSelfTestPicture({ widthPx: 64, heightPx: 64 })).toEqual(picture);
    for (let channel = 0; channel < 3; channel++) {
      const values = picture.filter((_value, index) => index % 3 === channel);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(100);
    }
  });
});

describe('runSelfTest', () => {
  it('gives the values without a verdict where nothing is known to compare with', async () => {
    const session = await createFakePlatform().createSession({ graph: new Uint8Array(), externalData: [] });
    const report = await runSelfTest(session, createFakeModel('tiny'), null, 0.02);
    expect(report.verdict).toBeNull();
    expect(report.values).toHaveLength(64 * 64);
    const again = await runSelfTest(session, createFakeModel('tiny'), report.values, 0.02);
    expect(again.verdict?.passed).toBe(true);
  });
});
