/** Records the presenter's own frames: a tap at the size of the source, WebCodecs, a muxer. */
import {
  BufferTarget,
  canEncodeVideo,
  CanvasSource,
  Mp4OutputFormat,
  Output,
  Quality,
  StreamTarget,
  WebMOutputFormat,
  type StreamTargetChunk,
  type VideoCodec,
} from 'mediabunny';
import { EngineError } from '../engine/errors.ts';
import type { RecordedFile, RecordingStatus } from '../worker/live-api.ts';
import type { Tap } from './frame-path.ts';
import type { RecordingFile } from './recording-file.ts';
import type { PictureSize } from './view-geometry.ts';

export interface Recorder {
  /** A frame that comes while the encoder is behind is left out, so that live view never waits for it. */
  add(captureMs: number): void;
  getStatus(): RecordingStatus;
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

/**
 * @param size a video keeps the one that it began with
 * @param openTap a tap of that size; the recorder disposes of it
 * @param file where the bytes go; null: memory
 * Throws REQUEST_INVALID where no codec encodes this size.
 */
export async function createRecorder(
  size: PictureSize,
  openTap: () => Tap,
  file: RecordingFile | null,
): Promise<Recorder> {
  const bitrate = chooseBitrate(size);
  const codec = await chooseCodec(size, bitrate);
  const tap = openTap();
  // The encoder takes its size from the canvas.
  tap.draw();

  let sizeBytes = 0;
  const memory = new BufferTarget();
  const target =
    file === null
      ? memory
      : new StreamTarget(
          new WritableStream<StreamTargetChunk>({
            write: ({ data, position }) => file.write(data, position),
          }),
          { chunked: true, chunkSize: 1 << 20 },
        );
  target.on('write', ({ end }) => (sizeBytes = Math.max(sizeBytes, end)));
  const format = codec === 'avc' ? new Mp4OutputFormat({ fastStart: false }) : new WebMOutputFormat();
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
  let frames = 0;
  let pending: Promise<void> | null = null;
  let failure: unknown = null;

  const getStatus = (): RecordingStatus => ({ lengthMs, sizeBytes, frames, codec });

  return {
    getStatus,
    add(captureMs) {
      if (pending !== null || failure !== null) return;
      startMs ??= captureMs;
      const timestampMs = captureMs - startMs;
      // Two frames of one moment (a redraw) would be refused by the muxer.
      if (frames > 0 && timestampMs <= lengthMs) return;
      tap.draw();
      lengthMs = timestampMs;
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
    },
    async finish() {
      await pending;
      tap.dispose();
      if (failure !== null || frames === 0) {
        await output.cancel();
        throw new EngineError('REQUEST_INVALID', 'The recording has no frames', { cause: failure });
      }
      await output.finalize();
      const type = format.mimeType;
      const blob =
        file === null ? new Blob([memory.buffer ?? new ArrayBuffer(0)], { type }) : await file.close(type);
      sizeBytes = blob.size;
      return { blob, extension: format.fileExtension, status: getStatus() };
    },
    async cancel() {
      tap.dispose();
      await output.cancel();
      await file?.discard();
    },
  };
}
