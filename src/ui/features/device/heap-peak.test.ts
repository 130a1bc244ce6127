import { expect, it } from 'vitest';
import { createHeapPeak } from './heap-peak.ts';

it('is the largest sum of pools that run beside each other, not of clients that follow each other', () => {
  const peak = createHeapPeak();
  expect(peak.read()).toBeNull();
  const [main, solo] = [{}, {}];
  const first = peak.watchClient();
  first(main, 40);
  first(main, 90);
  first(solo, 50);
  const second = peak.watchClient();
  second({}, 100);
  expect(peak.read()).toBe(140);
});
