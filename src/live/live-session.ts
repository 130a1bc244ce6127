/**
 * One source, one canvas, one model: takes frames, has maps made, shows them in order.
 * Latest wins: a frame is read when it can be taken, none waits behind another, one that comes too late is left out.
 */
import { toWireError } from '../engine/errors.ts';
import type { LiveConfig, LiveEvent, LiveFrame, LiveStage, LiveStats, LiveView } from '../worker/live-api.ts';
import { createCaptureClock } from './capture-clock.ts';
import { createDetailChoice } from './detail-choice.ts';
import { createFailureLimit } from './failure-limit.ts';
import { createFrameLedger, type TrackedFrame } from './frame-ledger.ts';
import type { FramePath, FramePathEvents } from './frame-path.ts';
import { createLanePace } from './lane-pace.ts';
import { createLiveMeters } from './live-meters.ts';
import { createSkipCount } from './skip-count.ts';
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
  const skips = createSkipCount();
  const detail = createDetailChoice();
  const failures = createFailureLimit();
  const waiting: (() => void)[] = [];
  let path: FramePath | null = null;
  let isOpening = false;
  let view: LiveView | null = null;
  let config: LiveConfig | null = null;
  /** What the path has been told. */
  let applied: LiveConfig | null = null;
  let stopStream: (() => void) | null = null;
  let isPaused = false;
  let hasFailed = false;
  /** Rises with every change that makes maps under way worthless. */
  let generation = 0;
  let lastShownSequence = 0;
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

  async function infer(tracked: TrackedFrame, used: FramePath, { request, isMirrored }: LiveConfig) {
    const born = generation;
    const startMs = now();
    ledger.begin();
    lanePace.started(startMs);
    try {
      const sized = { ...request, options: { ...request.options, detailPx: detail.px } };
      const made = await used.make(tracked, { request: sized, isMirrored });
      failures.reset();
      meters.processed();
      // The first frame of a lane waits for the model: no figure of the others.
      if (!made.isFirst) {
        for (const [stage, elapsedMs] of Object.entries(made.stagesMs)) {
          meters.stage(stage as LiveStage, elapsedMs);
        }
        lanePace.finished(now() - startMs);
        if (born === generation) detail.learn((now() - startMs) / Math.max(1, used.readyCount));
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
      if (!isOutdated && failures.isReachedBy(error)) giveUp(error);
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
      failures.reset();
      hasMapOfThisModel = false;
      path.open(config);
    } else path.setLaneCount(config.lanes.count);
    if (previous?.steadiness !== config.steadiness) path.setSteadiness(config.steadiness);
    else if (previous.isMirrored !== config.isMirrored) path.reset();
    releaseWaiting();
  }

  return {
    configure(next) {
      detail.configure(next);
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
      skips.setFrameRate(frameRate);
      if (stream === null) return;
      stopStream = readStream(stream, {
        whenWanted,
        onFrame(frame) {
          const skipped = skips.until(frame.timestamp);
          ledger.skip(skipped);
          meters.skipped(skipped);
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
        skips.pause();
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
        detailPx: detail.px,
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
