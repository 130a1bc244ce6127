/**
 * One source, one canvas, one model: takes frames, has maps made, shows them in order.
 * Latest wins: a frame is read when it can be taken, none waits behind another, one that comes too late is left out.
 */
import { EngineError, toWireError } from '../engine/errors.ts';
import type { LiveConfig, LiveEvent, LiveFrame, LiveStage, LiveStats, LiveView } from '../worker/live-api.ts';
import { createCaptureClock } from './capture-clock.ts';
import { createFrameLedger, type TrackedFrame } from './frame-ledger.ts';
import type { FramePath, FramePathEvents } from './frame-path.ts';
import { createLanePace } from './lane-pace.ts';
import { createLiveMeters } from './live-meters.ts';
import { createPace, type Pace } from './pace.ts';
import { readStream } from './stream-reader.ts';

export interface LiveSessionOptions {
  readonly now: () => number;
  /** The way that this configuration wants. Throws EngineError where the device has it not. */
  readonly openPath: (config: LiveConfig, events: FramePathEvents) => Promise<FramePath>;
  readonly onEvent: (event: LiveEvent) => void;
  /** After each drawn frame with a map: recorders and mirrors take their copy. */
  readonly onShown: (captureMs: number) => void;
}

export interface LiveSession {
  configure(config: LiveConfig): void;
  setView(view: LiveView): void;
  setStream(stream: ReadableStream<VideoFrame> | null, frameRate: number | null): void;
  pushFrame(frame: LiveFrame, captureMs: number): Promise<void>;
  setPaused(isPaused: boolean): void;
  /** Null before the first configuration was opened. */
  getPath(): FramePath | null;
  readCounts(): LiveStats['counts'];
  readStats(): Omit<LiveStats, 'recording'>;
  /** Resolves when no frame is in flight any more. */
  close(): Promise<void>;
}

/** Failures in a row after which a configuration is given up. */
const MAX_FAILURES = 3;

/** What maps are made by: when it changes, nothing of before can be used. */
function makerOf({ request, lanes }: LiveConfig): string {
  return JSON.stringify([request.model.id, request.variant, lanes.slot]);
}

export function createLiveSession(options: LiveSessionOptions): LiveSession {
  const { now, onEvent } = options;
  const ledger = createFrameLedger();
  const meters = createLiveMeters(now);
  const clock = createCaptureClock();
  const lanePace = createLanePace();
  const waiting: (() => void)[] = [];
  let path: FramePath | null = null;
  let isOpening = false;
  let view: LiveView | null = null;
  let config: LiveConfig | null = null;
  /** What the path has been told. */
  let applied: LiveConfig | null = null;
  let pace: Pace | null = null;
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

  const pathEvents: FramePathEvents = {
    onLoading: (fraction) => onEvent({ type: 'loading', fraction }),
    onCut: () => ledger.cut(),
    onStage: (stage: LiveStage, elapsedMs: number) => meters.stage(stage, elapsedMs),
    onLost: (reason) => onEvent({ type: 'canvas-lost', reason, isDeviceLost: true }),
  };

  function startAnew(): void {
    generation += 1;
    lastShownSequence = 0;
    path?.reset();
  }

  /** True when a frame that comes now is of use, if only to be shown without a map. */
  function isFrameWanted(): boolean {
    if (isPaused || hasFailed || path === null || !hasMapOfThisModel) return true;
    return path.isFree();
  }

  async function whenWanted(): Promise<void> {
    if (!isFrameWanted()) await new Promise<void>((resolve) => waiting.push(resolve));
    const waitMs = lanePace.untilNextMs(now(), path?.readyCount ?? 0);
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

  /** What the camera sees, while there is no map to show with it. */
  function preview(tracked: TrackedFrame): void {
    try {
      path?.preview(tracked, config?.isMirrored ?? false);
    } catch {
      // A frame that cannot be read is one frame less; the next one may be fine.
    }
  }

  function giveUp(error: unknown): void {
    hasFailed = true;
    path?.close();
    applied = null;
    if (config === null) return;
    const { executionProvider } = config.lanes.slot;
    onEvent({ type: 'failed', error: toWireError(error), executionProvider });
  }

  function countFailure(error: unknown): void {
    failures += 1;
    const isHopeless =
      error instanceof EngineError && (error.code.startsWith('MODEL_') || error.code === 'REQUEST_INVALID');
    if (failures >= MAX_FAILURES || isHopeless) giveUp(error);
  }

  async function infer(tracked: TrackedFrame, used: FramePath, { request, isMirrored }: LiveConfig) {
    const born = generation;
    const startMs = now();
    ledger.begin();
    lanePace.started(startMs);
    try {
      const sized = { ...request, options: { ...request.options, detailPx } };
      const made = await used.make(tracked, { request: sized, isMirrored });
      failures = 0;
      meters.processed();
      // The first frame of a lane waits for the model: no figure of the others.
      if (!made.isFirst) {
        for (const [stage, elapsedMs] of Object.entries(made.stagesMs)) {
          meters.stage(stage as LiveStage, elapsedMs);
        }
        lanePace.finished(now() - startMs);
        if (pace !== null && born === generation) {
          detailPx = pace.next((now() - startMs) / Math.max(1, used.readyCount));
        }
      }
      if (born !== generation || tracked.sequence < lastShownSequence || isPaused) {
        made.discard();
        ledger.end('late');
        return;
      }
      lastShownSequence = tracked.sequence;
      meters.map(made.show());
      meters.shown(made.isFirst ? null : now() - tracked.captureMs);
      ledger.end('shown');
      if (!hasMapOfThisModel) onEvent({ type: 'ready' });
      hasMapOfThisModel = true;
      options.onShown(tracked.captureMs);
    } catch (error) {
      // What was closed meanwhile fails whatever it was asked: that is a frame too late, no failure.
      const isOutdated = born !== generation;
      ledger.end(isOutdated ? 'late' : 'failed');
      if (!isOutdated) countFailure(error);
    } finally {
      releaseWaiting();
    }
  }

  function take(tracked: TrackedFrame): void {
    if (meters.received(tracked.frame)) {
      const { sourceWidthPx, sourceHeightPx } = meters.read();
      onEvent({ type: 'size', widthPx: sourceWidthPx, heightPx: sourceHeightPx });
    }
    if (!isPaused && !hasFailed && config !== null && path !== null && path.isFree()) {
      void infer(tracked, path, config);
      return;
    }
    if (!isPaused && !hasMapOfThisModel) preview(tracked);
    tracked.close();
    ledger.drop();
  }

  async function openPath(wanted: LiveConfig): Promise<void> {
    isOpening = true;
    try {
      path = await options.openPath(wanted, pathEvents);
      if (view !== null) path.setView(view);
    } catch (error) {
      giveUp(error);
    }
    isOpening = false;
    if (path !== null) apply();
    // Configured anew while this one failed to open.
    else if (config !== null && config !== wanted) void openPath(config);
  }

  /** Tells the path what has changed. */
  function apply(): void {
    if (config === null || path === null) return;
    if (!path.serves(config)) {
      onEvent({ type: 'canvas-lost', reason: 'Another kind of drawing is wanted', isDeviceLost: false });
      return;
    }
    const previous = applied;
    applied = config;
    if (previous === null || makerOf(previous) !== makerOf(config)) {
      startAnew();
      hasFailed = false;
      failures = 0;
      hasMapOfThisModel = false;
      path.open(config);
    } else path.setLaneCount(config.lanes.count);
    if (previous?.steadiness !== config.steadiness) path.setSteadiness(config.steadiness);
    else if (previous.isMirrored !== config.isMirrored) path.reset();
    releaseWaiting();
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
      applyPace(next, config);
      config = next;
      if (path === null && !isOpening) void openPath(next);
      else apply();
    },
    setView(next) {
      view = next;
      path?.setView(next);
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
    getPath: () => path,
    readCounts: () => ledger.read(),
    readStats() {
      const capabilities = path?.getCapabilities() ?? null;
      return {
        ...meters.read(),
        counts: ledger.read(),
        detailPx,
        renderer: path?.renderer ?? null,
        isRendererSoftware: path?.isRendererSoftware ?? false,
        backend:
          capabilities === null || path === null
            ? null
            : {
                executionProvider: capabilities.executionProvider,
                lanes: path.readyCount,
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
      path?.dispose();
      path = null;
    },
  };
}
