/** The loop of live view with lanes held by hand: order, late maps, latest wins, scene cuts, failures. */
import { describe, expect, it } from 'vitest';
import type { InferenceResult } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { DecodedImage } from '../engine/platform.ts';
import type { LiveConfig, LiveEvent } from '../worker/live-api.ts';
import { createCpuPath } from './cpu-path.ts';
import type { Lane } from './lanes.ts';
import { createLiveSession } from './live-session.ts';

const SIZE = { widthPx: 32, heightPx: 24 };
const CONFIG: LiveConfig = {
  request: {
    pipeline: 'depth-estimation',
    model: ISOBATH_DEPTH_TINY,
    variant: 'fp32',
    options: { detailPx: 128, maxLongSidePx: null },
  },
  targetFps: null,
  steadiness: 0,
  isMirrored: false,
  lanes: {
    slot: { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false },
    count: 2,
  },
};

/** A map whose near side is where the picture is bright. */
function toResult({ widthPx, heightPx, pixelsRgba }: DecodedImage): InferenceResult {
  return {
    kind: 'disparity',
    pipeline: 'depth-estimation',
    widthPx,
    heightPx,
    sourceWidthPx: widthPx,
    sourceHeightPx: heightPx,
    disparity: Float32Array.from({ length: widthPx * heightPx }, (_, i) => pixelsRgba[i * 4]!),
    timings: { load: 0, decode: 0, preprocess: 1, inference: 2, postprocess: 3 },
    provenance: {
      modelId: 'm',
      revision: '1',
      variant: 'fp32',
      executionProvider: 'wasm',
      threads: 1,
      executor: 'worker-pool',
    },
  };
}

interface Call {
  readonly image: DecodedImage;
  answer(): void;
  fail(error: Error): void;
}

async function setUp(config = CONFIG) {
  const calls: Call[] = [];
  const events: LiveEvent[] = [];
  const shownGreys: number[] = [];

  const session = createLiveSession({
    now: () => performance.now(),
    openPath: async (_, pathEvents) => {
      const path = createCpuPath({
        ...pathEvents,
        canvas: new OffscreenCanvas(2, 2),
        isSoftwareGl: true,
        now: () => performance.now(),
        schedule: (redraw) => setTimeout(redraw),
        spawnLane: () => (): Lane => ({
          run: (image) =>
            new Promise((resolve, reject) =>
              calls.push({ image, answer: () => resolve(toResult(image)), fail: reject }),
            ),
          getCapabilities: () => null,
          dispose: () => undefined,
        }),
        serves: () => true,
      });
      return path;
    },
    onEvent: (event) => events.push(event),
    onShown: () => keepGrey(),
  });
  /** A tap sees exactly what was shown. */
  const keepGrey = () => {
    const tap = session.getPath()!.createTap('view', null);
    tap.draw();
    shownGreys.push(readGrey(tap.canvas.transferToImageBitmap()));
    tap.dispose();
  };
  session.setView({
    mode: 'photo',
    comparePosition: 0.5,
    overlayOpacity: 1,
    color: { colormap: 'grey', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: false },
    labels: null,
    ...SIZE,
  });
  session.configure(config);
  await settle();
  return { session, calls, events, shownGreys };
}

/** One grey on the left, the number that tells frames apart; white on the right. */
function makeFrame(grey: number): VideoFrame {
  const canvas = new OffscreenCanvas(SIZE.widthPx, SIZE.heightPx);
  const context = canvas.getContext('2d', { alpha: false })!;
  context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
  context.fillRect(0, 0, 16, 24);
  context.fillStyle = '#fff';
  context.fillRect(16, 0, 16, 24);
  return new VideoFrame(canvas, { timestamp: grey });
}

function readGrey(photo: ImageBitmap): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.drawImage(photo, -4, -4);
  return context.getImageData(0, 0, 1, 1).data[0]!;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Both lanes have made a map: from now on two frames may be in flight. */
async function warmUp({ session, calls }: Awaited<ReturnType<typeof setUp>>): Promise<void> {
  void session.pushFrame(makeFrame(10), 0);
  calls.shift()!.answer();
  await settle();
  void session.pushFrame(makeFrame(20), 0);
  void session.pushFrame(makeFrame(30), 0);
  calls.shift()!.answer();
  calls.shift()!.answer();
  await settle();
}

describe('live session', () => {
  it('shows frames in order and leaves out a map that comes after a newer one', async () => {
    const live = await setUp();
    await warmUp(live);
    const { session, calls, shownGreys } = live;
    void session.pushFrame(makeFrame(40), 0);
    void session.pushFrame(makeFrame(50), 0);
    const [older, newer] = calls.splice(0);
    newer!.answer();
    await settle();
    older!.answer();
    await settle();
    expect(shownGreys).toEqual([10, 20, 30, 50]);
    expect(session.readCounts()).toMatchObject({ received: 5, shown: 4, late: 1, dropped: 1, inFlight: 0 });
  });

  it('closes a frame that finds every lane busy, and keeps none for later', async () => {
    const { session, calls } = await setUp();
    for (const grey of [10, 20, 30, 40]) void session.pushFrame(makeFrame(grey), 0);
    // The second lane starts only after the first map.
    expect(calls).toHaveLength(1);
    expect(session.readCounts()).toMatchObject({
      received: 4,
      dropped: 3,
      opened: 4,
      closed: 4,
      doubleCloses: 0,
      maxInFlight: 1,
      maxWaiting: 0,
    });
    calls[0]!.answer();
    await settle();
    expect(calls).toHaveLength(1);
  });

  it('tells the page when it can take the next frame', async () => {
    const { session, calls } = await setUp({ ...CONFIG, lanes: { ...CONFIG.lanes, count: 1 } });
    void session.pushFrame(makeFrame(10), 0);
    calls.shift()!.answer();
    await settle();
    let isFree = false;
    void session.pushFrame(makeFrame(20), 0).then(() => (isFree = true));
    await settle();
    expect(isFree).toBe(false);
    calls[0]!.answer();
    await settle();
    expect(isFree).toBe(true);
  });

  it('gives up a model after three failures, and tries again when it is configured anew', async () => {
    const { session, calls, events } = await setUp();
    for (let attempt = 0; attempt < 3; attempt++) {
      void session.pushFrame(makeFrame(10), 0);
      calls.shift()!.fail(new EngineError('INFERENCE_FAILED', 'no'));
      await settle();
    }
    expect(events.filter(({ type }) => type === 'failed')).toHaveLength(1);
    void session.pushFrame(makeFrame(10), 0);
    expect(calls).toHaveLength(0);
    session.configure({ ...CONFIG, lanes: { ...CONFIG.lanes, slot: { ...CONFIG.lanes.slot, threads: 2 } } });
    void session.pushFrame(makeFrame(10), 0);
    expect(calls).toHaveLength(1);
    expect(session.readCounts()).toMatchObject({ failed: 3, doubleCloses: 0 });
  });

  it('drops what comes while paused, and the map that was under way', async () => {
    const live = await setUp();
    await warmUp(live);
    const { session, calls, shownGreys } = live;
    void session.pushFrame(makeFrame(60), 0);
    session.setPaused(true);
    calls.shift()!.answer();
    await settle();
    void session.pushFrame(makeFrame(70), 0);
    expect(calls).toHaveLength(0);
    session.setPaused(false);
    void session.pushFrame(makeFrame(80), 0);
    calls.shift()!.answer();
    await settle();
    expect(shownGreys).toEqual([10, 20, 30, 80]);
  });

  it('mirrors what is shown and what is computed alike', async () => {
    const { session, calls, shownGreys } = await setUp({ ...CONFIG, isMirrored: true });
    void session.pushFrame(makeFrame(10), 0);
    const { pixelsRgba } = calls[0]!.image;
    expect(pixelsRgba[0]).toBe(255);
    calls[0]!.answer();
    await settle();
    expect(shownGreys).toEqual([255]);
  });

  it('reads a stream, and closes what is left of it when it is stopped', async () => {
    const live = await setUp();
    const { session, calls } = live;
    const frames = [10, 20, 30].map(makeFrame);
    let isCancelled = false;
    session.setStream(
      new ReadableStream<VideoFrame>({
        start: (controller) => frames.forEach((frame) => controller.enqueue(frame)),
        cancel: () => {
          isCancelled = true;
        },
      }),
      30,
    );
    await settle();
    // The first waits for its map; the others are previews, because there is no map to show yet.
    calls.shift()!.answer();
    await settle();
    session.setStream(null, null);
    await settle();
    expect(isCancelled).toBe(true);
    expect(session.readCounts()).toMatchObject({ received: 3, opened: 3, closed: 3, shown: 1, dropped: 2 });
  });

  it('reads the next frame only when a lane is free, and counts what the browser replaced meanwhile', async () => {
    const live = await setUp({ ...CONFIG, lanes: { ...CONFIG.lanes, count: 1 } });
    const { session, calls } = live;
    void session.pushFrame(makeFrame(10), 0);
    calls.shift()!.answer();
    await settle();
    let pulls = 0;
    const timestamps = [0, 33_333, 133_333];
    session.setStream(
      new ReadableStream<VideoFrame>(
        {
          pull(controller) {
            const frame = makeFrame(20 + pulls);
            controller.enqueue(new VideoFrame(frame, { timestamp: timestamps[pulls]! }));
            frame.close();
            pulls += 1;
          },
        },
        { highWaterMark: 0 },
      ),
      30,
    );
    await settle();
    expect(pulls).toBe(1);
    calls.shift()!.answer();
    await settle();
    expect(pulls).toBe(2);
    expect(session.readCounts().skipped).toBe(0);
    calls.shift()!.answer();
    await settle();
    // 100 ms at 30 a second: two were replaced.
    expect(session.readCounts()).toMatchObject({ received: 4, dropped: 0, skipped: 2, maxInFlight: 1 });
    session.setStream(null, null);
  });
});
