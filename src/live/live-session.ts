/**
 * One source, one canvas, one model: takes frames, has maps made, keeps them steady, draws them in order.
 * Latest wins: a frame that finds no free lane is closed at once, none waits behind another.
 */
import type { InferenceResult } from '../engine/api.ts';
import { EngineError, toWireError } from '../engine/errors.ts';
import type { RenderCanvas, ScalarMap } from '../render/renderer.ts';
import { toScalarMap } from '../render/scalar-map.ts';
import type { LiveConfig, LiveEvent, LiveFrame, LiveView } from '../worker/live-api.ts';
import { createCaptureClock } from './capture-clock.ts';
import { createFrameLedger, type TrackedFrame } from './frame-ledger.ts';
import { createFrameReader, type ReadFrame } from './frame-reader.ts';
import { createLanePace } from './lane-pace.ts';
import { createLanes, type Lanes, type LaneSpawn } from './lanes.ts';
import { createLiveMeters } from './live-meters.ts';
import { computeLuma } from './luma.ts';
import { createPace, type Pace } from './pace.ts';
import { createPresenter, type Picture } from './presenter.ts';
import { createSteadiness, type Steadiness } from './steadiness.ts';
import { readStream } from './stream-reader.ts';

export interface LiveSessionOptions {
  readonly canvas: RenderCanvas;
  readonly isSoftwareGpu: boolean;
  readonly now: () => number;
  readonly schedule: (redraw: () => void) => void;
  /** A lane for this configuration's provider. */
  readonly spawnLane: (config: LiveConfig) => LaneSpawn;
  readonly onEvent: (event: LiveEvent) => void;
  /** After each drawn frame with a map: recorders and mirrors take their copy. */
  readonly onShown: (picture: Picture, view: LiveView, captureMs: number) => void;
}

export interface LiveSession {
  configure(config: LiveConfig): void;
  setView(view: LiveView): void;
  setStream(stream: ReadableStream<VideoFrame> | null, frameRate: number | null): void;
  pushFrame(frame: LiveFrame, captureMs: number): Promise<void>;
  setPaused(isPaused: boolean): void;
  getPicture(): Picture | null;
  getView(): LiveView | null;
  readCounts(): ReturnType<ReturnType<typeof createFrameLedger>['read']>;
  readStats(): Omit<Extract<LiveEvent, { type: 'stats' }>['stats'], 'recording'>;
  /** Resolves when no frame is in flight any more. */
  close(): Promise<void>;
}

/** Failures in a row after which a configuration is given up. */
const MAX_FAILURES = 3;
/** Pixels per network pixel that are read from a frame: twice the network's side is what its resize filters well. */
const READ_OVERSAMPLING = 2;

function toMap(result: InferenceResult): ScalarMap {
  if (result.kind !== 'labels') return toScalarMap(result);
  throw new EngineError('REQUEST_INVALID', 'Label maps are not drawn live');
}

export function createLiveSession(options: LiveSessionOptions): LiveSession {
  const { now, onEvent } = options;
  const ledger = createFrameLedger();
  const meters = createLiveMeters(now);
  const reader = createFrameReader();
  const clock = createCaptureClock();
  const presenter = createPresenter({
    canvas: options.canvas,
    isSoftware: options.isSoftwareGpu,
    schedule: options.schedule,
    onContextChange: () => undefined,
  });
  const lanePace = createLanePace();
  const waiting: (() => void)[] = [];
  let config: LiveConfig | null = null;
  let lanes: Lanes | null = null;
  let pace: Pace | null = null;
  let steadiness: Steadiness = createSteadiness(0);
  let detailPx = 0;
  let stopStream: (() => void) | null = null;
  let isPaused = false;
  let hasFailed = false;
  let failures = 0;
  /** Rises with every change that makes maps under way worthless. */
  let generation = 0;
  let lastShownSequence = 0;
  let frameIntervalMs: number | null = null;
  let lastTimestampUs = Number.NaN;
  let hasMapOfThisModel = false;

  function startAnew(): void {
    generation += 1;
    lastShownSequence = 0;
    steadiness.reset();
  }

  /** True when a frame that comes now is of use, if only to be shown without a map. */
  function isFrameWanted(): boolean {
    if (isPaused || hasFailed || lanes === null || !hasMapOfThisModel) return true;
    return lanes.isFree();
  }

  async function whenWanted(): Promise<void> {
    if (!isFrameWanted()) await new Promise<void>((resolve) => waiting.push(resolve));
    const waitMs = lanePace.untilNextMs(now(), lanes?.readyCount ?? 0);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  /** Frames that the browser has replaced since the last one that was read. */
  function countSkipped(timestampUs: number): void {
    const elapsedMs = (timestampUs - lastTimestampUs) / 1000;
    lastTimestampUs = timestampUs;
    if (frameIntervalMs === null || !(elapsedMs > 0)) return;
    const skipped = Math.max(0, Math.round(elapsedMs / frameIntervalMs) - 1);
    ledger.skip(skipped);
    meters.skipped(skipped);
  }

  function releaseWaiting(): void {
    for (const resolve of waiting.splice(0)) resolve();
  }

  function show(picture: Picture, captureMs: number): void {
    const startMs = now();
    presenter.show(picture);
    meters.stage('draw', now() - startMs);
    const view = presenter.getView();
    if (view !== null && picture.map !== null) options.onShown(picture, view, captureMs);
  }

  /** What the camera sees, while there is no map to show with it. */
  function preview(tracked: TrackedFrame): void {
    try {
      const { photo } = reader.read(tracked.frame, {
        isMirrored: config?.isMirrored ?? false,
        longSidePx: 1,
      });
      show({ photo, map: null }, tracked.captureMs);
    } catch {
      // A frame that cannot be read is one frame less; the next one may be fine.
    }
  }

  function fail(error: unknown): void {
    if (config === null) return;
    failures += 1;
    const isHopeless =
      error instanceof EngineError && (error.code.startsWith('MODEL_') || error.code === 'REQUEST_INVALID');
    if (failures < MAX_FAILURES && !isHopeless) return;
    hasFailed = true;
    lanes?.dispose();
    lanes = null;
    const { executionProvider } = config.lanes.slot;
    onEvent({ type: 'failed', error: toWireError(error), executionProvider });
  }

  function present(
    result: InferenceResult,
    { photo, image }: ReadFrame,
    captureMs: number,
    isTypical: boolean,
  ): void {
    const startMs = now();
    const map = toMap(result);
    const lumaU8 = computeLuma(image, map.widthPx, map.heightPx);
    const steady = steadiness.apply(map, lumaU8);
    if (steady.isCut) ledger.cut();
    meters.stage('steady', now() - startMs);
    show({ photo, map: steady.map }, captureMs);
    meters.shown(isTypical ? now() - captureMs : null);
    meters.map(map);
    if (!hasMapOfThisModel) onEvent({ type: 'ready' });
    hasMapOfThisModel = true;
  }

  async function infer(
    tracked: TrackedFrame,
    used: Lanes,
    { request, isMirrored }: LiveConfig,
  ): Promise<void> {
    const born = generation;
    const startMs = now();
    ledger.begin();
    let read: ReadFrame;
    try {
      const longSidePx = detailPx * READ_OVERSAMPLING;
      read = reader.read(tracked.frame, { isMirrored, longSidePx });
    } catch {
      ledger.end('failed');
      return;
    } finally {
      // Cameras have few buffers: given back before inference starts.
      tracked.close();
    }
    meters.stage('read', now() - startMs);
    const runMs = now();
    lanePace.started(runMs);
    try {
      const options = { ...request.options, detailPx };
      // The first frame of a lane waits for the model: no figure of the others.
      const { result, isFirst } = await used.run(read.image, { ...request, options });
      failures = 0;
      if (!isFirst) lanePace.finished(now() - runMs);
      meters.processed();
      for (const stage of ['preprocess', 'inference', 'postprocess'] as const) {
        if (!isFirst) meters.stage(stage, result.timings[stage]);
      }
      if (pace !== null && born === generation && !isFirst) {
        detailPx = pace.next((now() - runMs) / Math.max(1, used.readyCount));
      }
      if (born !== generation || tracked.sequence < lastShownSequence || isPaused) {
        read.photo.close();
        ledger.end('late');
        return;
      }
      lastShownSequence = tracked.sequence;
      present(result, read, tracked.captureMs, !isFirst);
      ledger.end('shown');
    } catch (error) {
      if (presenter.getPicture()?.photo !== read.photo) read.photo.close();
      ledger.end('failed');
      // A lane that was disposed of fails whatever it was asked.
      if (born === generation) fail(error);
    } finally {
      releaseWaiting();
    }
  }

  function take(tracked: TrackedFrame): void {
    if (meters.received(tracked.frame)) {
      const { sourceWidthPx, sourceHeightPx } = meters.read();
      onEvent({ type: 'size', widthPx: sourceWidthPx, heightPx: sourceHeightPx });
    }
    if (!isPaused && !hasFailed && config !== null && lanes !== null && lanes.isFree()) {
      void infer(tracked, lanes, config);
      return;
    }
    if (!isPaused && config !== null && !hasMapOfThisModel) preview(tracked);
    tracked.close();
    ledger.drop();
  }

  function applyLanes(next: LiveConfig, previous: LiveConfig | null): void {
    const before =
      previous === null ? null : [previous.request.model.id, previous.request.variant, previous.lanes.slot];
    const after = [next.request.model.id, next.request.variant, next.lanes.slot];
    if (lanes !== null && JSON.stringify(before) === JSON.stringify(after)) {
      lanes.setCount(next.lanes.count);
      return;
    }
    lanes?.dispose();
    startAnew();
    hasFailed = false;
    failures = 0;
    hasMapOfThisModel = false;
    lanes = createLanes(next.lanes.count, options.spawnLane(next), (fraction) =>
      onEvent({ type: 'loading', fraction }),
    );
  }

  function applyPace(next: LiveConfig, previous: LiveConfig | null): void {
    const isSame =
      previous?.targetFps === next.targetFps &&
      previous.request.model.id === next.request.model.id &&
      previous.request.options.detailPx === next.request.options.detailPx;
    if (isSame) return;
    detailPx = next.request.options.detailPx;
    pace =
      next.targetFps === null ? null : createPace(next.request.model.input.detail, next.targetFps, detailPx);
  }

  return {
    configure(next) {
      const previous = config;
      config = next;
      applyLanes(next, previous);
      applyPace(next, previous);
      if (previous?.steadiness !== next.steadiness) steadiness = createSteadiness(next.steadiness);
      else if (previous.isMirrored !== next.isMirrored) steadiness.reset();
      releaseWaiting();
    },
    setView(view) {
      // Following edges costs dozens of reads per drawn pixel: too much for the processor at every frame.
      const followEdges = view.color.followEdges && !options.isSoftwareGpu;
      presenter.setView({ ...view, color: { ...view.color, followEdges } });
    },
    setStream(stream, frameRate) {
      stopStream?.();
      stopStream = null;
      startAnew();
      clock.reset();
      releaseWaiting();
      frameIntervalMs = frameRate === null ? null : 1000 / frameRate;
      lastTimestampUs = Number.NaN;
      if (stream === null) return;
      stopStream = readStream(stream, {
        whenWanted,
        onFrame(frame) {
          countSkipped(frame.timestamp);
          take(ledger.receive(frame, clock.toCaptureMs(frame.timestamp, now())));
        },
        onEnd: () => onEvent({ type: 'stream-ended' }),
      });
    },
    async pushFrame(frame, captureMs) {
      take(ledger.receive(frame, captureMs));
      await whenWanted();
    },
    setPaused(next) {
      if (isPaused && !next) {
        clock.reset();
        lastTimestampUs = Number.NaN;
      }
      isPaused = next;
      releaseWaiting();
    },
    getPicture: () => presenter.getPicture(),
    getView: () => presenter.getView(),
    readCounts: () => ledger.read(),
    readStats() {
      const capabilities = lanes?.getCapabilities() ?? null;
      return {
        ...meters.read(),
        counts: ledger.read(),
        detailPx,
        renderer: presenter.kind,
        isRendererSoftware: options.isSoftwareGpu,
        backend:
          capabilities === null || lanes === null
            ? null
            : {
                executionProvider: capabilities.executionProvider,
                lanes: lanes.readyCount,
                threads: capabilities.threads,
                adapter: capabilities.adapter?.description ?? null,
              },
      };
    },
    async close() {
      stopStream?.();
      stopStream = null;
      isPaused = true;
      releaseWaiting();
      while (ledger.read().inFlight > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      lanes?.dispose();
      presenter.dispose();
    },
  };
}
