import { expect, it } from 'vitest';
import { measureLabelAgreement } from './agreement.ts';

const map = (...labels: number[]) => ({ widthPx: 4, heightPx: 1, labelsU8: Uint8Array.from(labels) });

it('counts equal pixels, and equal ones among those that are not background in both', () => {
  expect(measureLabelAgreement(map(0, 0, 1, 2), map(0, 1, 1, 3))).toEqual({ pixels: 0.5, foreground: 1 / 3 });
});

it('is whole where there is nobody', () => {
  expect(measureLabelAgreement(map(0, 0, 0, 0), map(0, 0, 0, 0))).toEqual({ pixels: 1, foreground: 1 });
});

it('refuses maps of different size', () => {
  expect(() => measureLabelAgreement(map(0, 0, 0, 0), { ...map(0, 0), widthPx: 2 })).toThrow(RangeError);
});
