import { describe, expect, it } from 'vitest';
import type { DeviceRow } from '../../stores/device-report-store.ts';
import { formatJson, formatMarkdown, sumPhotoMs, type DeviceDescription } from './device-report.ts';

const DEVICE: DeviceDescription = {
  browser: 'Chromium 156',
  cores: 2,
  memoryGb: null,
  gpu: null,
  isIsolated: true,
};
const ROW: DeviceRow = {
  modelId: 'm',
  name: 'Model',
  variant: 'fp32',
  executionProvider: 'wasm',
  threads: 1,
  stages: { load: 300, decode: 10, preprocess: 5, inference: 80.4, postprocess: 2 },
  rateOne: 9.876,
  rateMany: 18.2,
  workers: 2,
  memoryBytes: 48_000_000,
  heapBytes: 52_000_000,
  peakBytes: null,
  wasmPeakBytes: 104_000_000,
};

describe('the report of a device', () => {
  it('sums a photo without the loading, which happens once', () => {
    expect(sumPhotoMs(ROW)).toBeCloseTo(97.4);
  });

  it('is a Markdown table with a head of the same width', () => {
    const [facts, , head, rule, row] = formatMarkdown(DEVICE, [ROW]).split('\n');
    expect(facts).toBe('Chromium 156 · 2 cores · no WebGPU · threads');
    expect(row).toBe(
      '| Model (fp32) | wasm x 1 | 300 | 10 | 5 | 80 | 2 | 97 | 9.88 | 18.20 | 2 | 52 | 104 (WASM) |',
    );
    const width = row?.split('|').length;
    expect(head?.split('|')).toHaveLength(width ?? 0);
    expect(rule?.split('|')).toHaveLength(width ?? 0);
  });

  it('says what is estimated, and what was measured', () => {
    const [, , , , row] = formatMarkdown(DEVICE, [{ ...ROW, heapBytes: null, peakBytes: 301e6 }]).split('\n');
    expect(row).toMatch(/\| 2 \| about 48 \| 301 \(page\) \|$/);
    const [, , , , bare] = formatMarkdown(DEVICE, [{ ...ROW, wasmPeakBytes: null }]).split('\n');
    expect(bare).toMatch(/\| 52 \| about 104 \|$/);
  });

  it('reads back as JSON', () => {
    expect(JSON.parse(formatJson(DEVICE, [ROW]))).toEqual({ device: DEVICE, rows: [ROW] });
  });
});
