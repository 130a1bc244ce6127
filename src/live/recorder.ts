/** Records the presenter's own frames: a tap at the size of the source, WebCodecs, a muxer. */
import { BufferTarget, canEncodeVideo, CanvasSource, Output, Quality, type VideoCodec } from 'mediabunny';
import { EngineError } from '../engine/errors.ts';
import type { RecordedFile, RecordingStatus } from '../worker/live-api.ts';
import {
  finishRecording,
  growingFormat,
  ordinaryFormat,
  targetOf,
  type RecordingFile,
} from './finish-recording.ts';
import type { Tap } from './frame-path.ts';
import { openFinishedFile, removeRecording } from './recording-file.ts';
import type { PictureSize } from './view-geometry.ts';

export interface Recorder {
  /** A frame that comes while the encoder is behind is left out, so that live view never waits for it. */
  add(captureMs: number): void;
  getStatus(): RecordingStatus;
  /** Throws REQUEST_INVALID where there is no frame. */
  finish(): Promise<RecordedFile>;
  cancel(): Promise<void>;
}

/** H.264 plays everywhere; the others are free of patents and there where it is not. */
const CODECS: readonly VideoCodec[] = ['avc', 'vp9', 'av1', 'vp8'];
/** Bits per pixel and second: depth maps are smooth, this is visually lossless for them. */
const BITS_PER_PIXEL_SECOND = 4;
const MIN_BITRATE = 1_000_000;
const MAX_BITRATE = 16_000_000;
const KEY_FRAME_SECONDS = 1;

function chooseBitrate({ widthPx, heightPx }: PictureSize): number {
  return Math.round(Math.min(MAX_BITRATE, Math.max(MIN_BITRATE, widthPx * heightPx * BITS_PER_PIXEL_SECOND)));
}

async function chooseCodec(size: PictureSize, bitrate: number): Promise<VideoCodec> {
  const options = { width: size.widthPx, height: size.heightPx, quality: new Quality({ bitrate }) };
  for (const codec of CODECS) if (await canEncodeVideo(codec, options)) return codec;
  throw new EngineError(
    'REQUEST_INVALID',
    `No video codec encodes ${size.widthPx} x ${size.heightPx} pixels here`,
    { details: { reason: 'no-codec' } },
  );
}

export interface RecorderOptions {
  /** A video keeps the one that it began with. */
  readonly size: PictureSize;
  /** A tap of that size; the recorder disposes of it. */
  readonly openTap: () => Tap;
  /** Where the bytes go; null: memory. */
  readonly file: RecordingFile | null;
  readonly now: () => number;
}

/** Throws REQUEST_INVALID where no codec encodes this size. */
export async function createRecorder({ size, openTap, file, now }: RecorderOptions): Promise<Recorder> {
  const bitrate = chooseBitrate(size);
  const codec = await chooseCodec(size, bitrate);
  const tap = openTap();
  // The encoder takes its size from the canvas.
  tap.draw();

  let sizeBytes = 0;
  const memory = new BufferTarget();
  const target = file === null ? memory : targetOf(file);
  target.on('write', ({ end }) => (sizeBytes = Math.max(sizeBytes, end)));
  const format = file === null ? ordinaryFormat(codec) : growingFormat(codec);
  const output = new Output({ format, target });
  const source = new CanvasSource(tap.canvas, {
    codec,
    quality: new Quality({ bitrate }),
    keyFrameInterval: KEY_FRAME_SECONDS,
    latencyMode: 'realtime',
  });
  output.addVideoTrack(source);
  await output.start();

  let startMs: number | null = null;
  let lengthMs = 0;
  /** When the last frame was taken: it is seen until the next one. */
  let takenMs = 0;
  let frames = 0;
  let pending: Promise<void> | null = null;
  let failure: unknown = null;

  function take(timestampMs: number): void {
    tap.draw();
    lengthMs = timestampMs;
    takenMs = now();
    frames += 1;
    pending = source.add(timestampMs / 1000).then(
      () => {
        pending = null;
      },
      (error: unknown) => {
        failure = error;
        pending = null;
      },
    );
  }

  const getStatus = (): RecordingStatus => ({
    lengthMs: frames === 0 ? 0 : lengthMs + now() - takenMs,
    sizeBytes,
    frames,
    codec,
  });

  return {
    getStatus,
    add(captureMs) {
      if (pending !== null || failure !== null) return;
      startMs ??= captureMs;
      const timestampMs = captureMs - startMs;
      // Two frames of one moment (a redraw) would be refused by the muxer.
      if (frames > 0 && timestampMs <= lengthMs) return;
      take(timestampMs);
    },
    async finish() {
      await pending;
      // The last picture once more at the very end, so that the video is as long as it took.
      const endMs = lengthMs + now() - takenMs;
      if (frames > 0 && failure === null && endMs > lengthMs) {
        take(endMs);
        await pending;
      }
      const status: RecordingStatus = { lengthMs, sizeBytes, frames, codec };
      tap.dispose();
      if (frames === 0) {
        await output.cancel();
        await file?.discard();
        throw new EngineError('REQUEST_INVALID', 'The recording has no frames', { cause: failure });
      }
      if (file === null) {
        await output.finalize();
        const blob = new Blob([memory.buffer ?? new ArrayBuffer(0)], { type: format.mimeType });
        return { blob, extension: format.fileExtension, status: { ...status, sizeBytes: blob.size } };
      }
      // An encoder that failed leaves what was encoded before.
      await output.finalize().catch(() => output.cancel());
      const pieces = await file.close();
      try {
        const finished = await finishRecording(pieces, await openFinishedFile());
        await removeRecording(file.name);
        return finished;
      } catch {
        // No room for a copy: the pieces play, too.
        const blob = pieces.slice(0, pieces.size, format.mimeType);
        return { blob, extension: format.fileExtension, status: { ...status, sizeBytes: blob.size } };
      }
    },
    async cancel() {
      tap.dispose();
      await output.cancel();
      await file?.discard();
    },
  };
}
