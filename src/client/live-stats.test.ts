import { expect, it } from 'vitest';
import type { LiveStats } from '../worker/live-api.ts';
import { completeStats } from './live-stats.ts';

const COUNTS: LiveStats['counts'] = {
  received: 100,
  shown: 80,
  dropped: 10,
  failed: 0,
  inFlight: 1,
  maxInFlight: 2,
  maxWaiting: 0,
  opened: 100,
  closed: 99,
  doubleCloses: 0,
  sceneCuts: 0,
  late: 0,
  skipped: 5,
};
const STATS: LiveStats = {
  counts: COUNTS,
  fpsReceived: 30,
  fpsProcessed: 20,
  fpsShown: 20,
  latencyMs: 40,
  stagesMs: {} as LiveStats['stagesMs'],
  detailPx: 128,
  sourceWidthPx: 640,
  sourceHeightPx: 480,
  mapWidthPx: 160,
  mapHeightPx: 120,
  backend: null,
  renderer: 'webgl2',
  isRendererSoftware: false,
  recording: null,
};
const RECORDING = { lengthMs: 1000, sizeBytes: 10, frames: 20, codec: 'MediaRecorder' };

it('frames that were never computed are counted, whoever left them out', () => {
  expect(completeStats(STATS, { skippedCount: 7, recording: null }).counts).toEqual({
    ...COUNTS,
    dropped: 22,
  });
});

it('a recording is that of the page where the page records, else the worker’s', () => {
  const worker = { ...STATS, recording: { ...RECORDING, codec: 'avc1' } };
  expect(completeStats(STATS, { skippedCount: 0, recording: RECORDING }).recording).toBe(RECORDING);
  expect(completeStats(worker, { skippedCount: 0, recording: null }).recording?.codec).toBe('avc1');
});
