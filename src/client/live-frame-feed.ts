/** Carries frames from a source on the page to the live worker, by the shortest way that the browser has. */
import type { LiveFrame } from '../worker/live-api.ts';
import type { OpenSource } from './live-sources.ts';

/** The worker's side, as the feed needs it. Both calls take over what they are given. */
export interface FrameSink {
  setStream(stream: ReadableStream<VideoFrame>, frameRate: number | null): void;
  /** @param captureTimeMs since the epoch */
  pushFrame(frame: LiveFrame, captureTimeMs: number): Promise<void>;
}

export interface FrameFeed {
  readonly transport: 'stream' | 'frames';
  /** Frames that were left out here because the worker was busy. */
  getSkippedCount(): number;
  /** Sends the frame of a film or screen that stands still once more: something that changes its map has changed. */
  refresh(readFpsReceived: () => number): void;
  stop(): void;
}

interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
type TrackProcessorConstructor = new (init: {
  readonly track: MediaStreamTrack;
  readonly maxBufferSize?: number;
}) => TrackProcessor;

function findTrackProcessor(): TrackProcessorConstructor | undefined {
  return (globalThis as { MediaStreamTrackProcessor?: TrackProcessorConstructor }).MediaStreamTrackProcessor;
}

/** A screen that gives fewer frames than this is as good as still: nobody wants to wait for the next one. */
const STILL_FPS = 5;
/** What has just come to rest still has a rate: that of the last second. */
const LOOK_AGAIN_MS = 1500;

function feedStream(
  { kind, video }: OpenSource,
  track: MediaStreamTrack,
  Processor: TrackProcessorConstructor,
  sink: FrameSink,
): FrameFeed {
  const isScreen = kind === 'screen';
  // It keeps the frame of a screen that stands still: the browser does not give that one again at every request.
  if (isScreen) void video.play().catch(() => undefined);
  const open = () => {
    const { frameRate } = track.getSettings();
    // The newest frame only: an older one is dropped by the browser itself.
    sink.setStream(new Processor({ track, maxBufferSize: 1 }).readable, frameRate ?? null);
  };
  open();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    transport: 'stream',
    getSkippedCount: () => 0,
    refresh(readFpsReceived) {
      if (!isScreen) return;
      clearTimeout(timer);
      // A screen gives frames when it changes, and mostly one to everybody who begins to listen.
      const sendWhereStill = () => {
        const isStill = readFpsReceived() < STILL_FPS;
        if (isStill && video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) open();
        else if (isStill) {
          const captureTimeMs = performance.timeOrigin + performance.now();
          const frame = new VideoFrame(video, { timestamp: Math.round(captureTimeMs * 1000) });
          sink.pushFrame(frame, captureTimeMs).catch(() => undefined);
        }
        return isStill;
      };
      if (!sendWhereStill()) timer = setTimeout(sendWhereStill, LOOK_AGAIN_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

function feedFrames({ video }: OpenSource, sink: FrameSink): FrameFeed {
  let skippedCount = 0;
  let isBusy = false;
  let isMissed = false;
  let isStopped = false;
  let handle = 0;

  const send = async (captureTimeMs: number): Promise<void> => {
    isBusy = true;
    isMissed = false;
    try {
      // The element may have no frame at this moment (a seek): then the next callback brings it.
      const frame =
        'VideoFrame' in globalThis
          ? new VideoFrame(video, { timestamp: Math.round(video.currentTime * 1e6) })
          : await createImageBitmap(video);
      if (isStopped) frame.close();
      else await sink.pushFrame(frame, captureTimeMs);
    } catch {
      // One frame less.
    }
    isBusy = false;
    // Of a standing film no callback comes again.
    if (isMissed && !isStopped && video.paused) void send(performance.timeOrigin + performance.now());
  };

  const onFrame: VideoFrameRequestCallback = (nowMs, { captureTime }) => {
    if (isStopped) return;
    handle = video.requestVideoFrameCallback(onFrame);
    if (isBusy) {
      isMissed = true;
      skippedCount += 1;
    } else void send(performance.timeOrigin + (captureTime ?? nowMs));
  };
  handle = video.requestVideoFrameCallback(onFrame);

  return {
    transport: 'frames',
    getSkippedCount: () => skippedCount,
    refresh() {
      if (!video.paused) return;
      if (isBusy) isMissed = true;
      else void send(performance.timeOrigin + performance.now());
    },
    stop() {
      isStopped = true;
      video.cancelVideoFrameCallback(handle);
    },
  };
}

/** A track's frames go to the worker as a stream where the browser can; else, and for films, the page takes them one by one. */
export function startFrameFeed(source: OpenSource, sink: FrameSink): FrameFeed {
  const Processor = findTrackProcessor();
  if (source.track !== null && Processor !== undefined) {
    return feedStream(source, source.track, Processor, sink);
  }
  void source.video.play().catch(() => undefined);
  return feedFrames(source, sink);
}
