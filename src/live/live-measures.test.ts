import { describe, expect, it } from 'vitest';
import { createCaptureClock } from './capture-clock.ts';
import { createLanePace } from './lane-pace.ts';
import { createFrameLedger } from './frame-ledger.ts';
import { computeLuma } from './luma.ts';
import { createRateMeter } from './rate-meter.ts';
import { composeView, contentSize, fitSize } from './view-geometry.ts';

describe('rate meter', () => {
  it('counts events per second, and fades when they stop', () => {
    const meter = createRateMeter();
    for (let ms = 0; ms <= 1000; ms += 50) meter.tick(ms);
    expect(meter.read(1000)).toBeCloseTo(20);
    expect(meter.read(2000)).toBeLessThan(12);
    expect(meter.read(9000)).toBe(0);
  });
});

describe('capture clock', () => {
  it('takes the shortest way ever seen as the one without waiting', () => {
    const clock = createCaptureClock();
    expect(clock.toCaptureMs(1_000_000, 5040)).toBe(5040);
    expect(clock.toCaptureMs(1_033_000, 5043)).toBe(5043);
    // This one waited 100 ms somewhere.
    expect(clock.toCaptureMs(1_066_000, 5176)).toBe(5076);
  });

  it('takes the arrival where a frame has no time', () => {
    expect(createCaptureClock().toCaptureMs(null, 77)).toBe(77);
  });
});

describe('frame ledger', () => {
  it('closes a frame once and counts a second try', () => {
    const ledger = createFrameLedger();
    let closes = 0;
    const frame = { close: () => (closes += 1) } as Partial<VideoFrame> as VideoFrame;
    const tracked = ledger.receive(frame, 0);
    tracked.close();
    tracked.close();
    expect(closes).toBe(1);
    expect(ledger.read()).toMatchObject({ received: 1, opened: 1, closed: 1, doubleCloses: 1 });
  });

  it('counts a late frame as dropped, too', () => {
    const ledger = createFrameLedger();
    ledger.begin();
    ledger.begin();
    ledger.end('shown');
    ledger.end('late');
    ledger.drop();
    expect(ledger.read()).toMatchObject({ shown: 1, late: 1, dropped: 2, inFlight: 0, maxInFlight: 2 });
  });
});

describe('computeLuma', () => {
  it('averages the pixels of each cell by their brightness to the eye', () => {
    const pixelsRgba = new Uint8Array([
      ...[255, 255, 255, 255],
      ...[0, 0, 0, 255],
      ...[255, 0, 0, 255],
      ...[0, 255, 0, 255],
    ]);
    const image = { widthPx: 4, heightPx: 1, pixelsRgba };
    expect([...computeLuma(image, 4, 1)]).toEqual([255, 0, 76, 149]);
    expect([...computeLuma(image, 2, 1)]).toEqual([127, 113]);
  });
});

describe('live geometry', () => {
  const view = {
    mode: 'compare',
    comparePosition: 0.25,
    overlayOpacity: 0.5,
    color: { colormap: 'grey', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: false },
    labels: null,
    widthPx: 0,
    heightPx: 0,
  } as const;
  const canvas = { widthPx: 400, heightPx: 200 };

  it('measures the compared share on the picture, not on the canvas', () => {
    const composed = composeView(view, { widthPx: 100, heightPx: 100 }, canvas, true);
    expect(composed.camera.scale).toBe(2);
    // The picture lies from 100 to 300; a quarter of it ends at 150.
    expect(composed.comparePosition).toBeCloseTo(150 / 400);
    expect(composed.overlayOpacity).toBe(1);
  });

  it('shows the photo while there is no map', () => {
    expect(composeView(view, { widthPx: 1, heightPx: 1 }, canvas, false).mode).toBe('photo');
  });

  it('doubles the width side by side, and rounds to even sides for codecs', () => {
    expect(contentSize({ mode: 'side-by-side' }, { widthPx: 3, heightPx: 2 })).toEqual({
      widthPx: 6,
      heightPx: 2,
    });
    expect(fitSize({ widthPx: 641, heightPx: 479 }, { widthPx: 9999, heightPx: 9999 }, true)).toEqual({
      widthPx: 642,
      heightPx: 480,
    });
    expect(fitSize({ widthPx: 4000, heightPx: 1000 }, { widthPx: 2000, heightPx: 2000 })).toEqual({
      widthPx: 2000,
      heightPx: 500,
    });
  });
});

describe('lane pace', () => {
  it('spreads the starts of two lanes over a run, and leaves a single lane alone', () => {
    const pace = createLanePace();
    pace.started(1000);
    pace.finished(100);
    expect(pace.untilNextMs(1000, 1)).toBe(0);
    expect(pace.untilNextMs(1000, 2)).toBeCloseTo(35);
    expect(pace.untilNextMs(1020, 2)).toBeCloseTo(15);
    expect(pace.untilNextMs(1050, 2)).toBe(0);
  });
});
