/**
 * A recording grows in pieces, each of which can be read by itself, so that what is on disk plays whatever happens to
 * its worker. When it is over the pieces are copied, not encoded again, into an ordinary file: with one table of all
 * frames, which every player scrubs and knows the length of.
 */
import {
  BlobSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  WEBM,
  WebMOutputFormat,
  type OutputFormat,
  type StreamTargetChunk,
  type VideoCodec,
} from 'mediabunny';
import { EngineError } from '../engine/errors.ts';
import type { RecordedFile } from '../worker/live-api.ts';

/** Where a recording goes. */
export interface RecordingFile {
  /** By which it is found when this worker is no more. */
  readonly name: string;
  write(bytes: Uint8Array<ArrayBuffer>, position: number): void;
  /** What was written; it stays until the next recording is opened. */
  close(): Promise<File>;
  discard(): Promise<void>;
}

/** How often a piece ends: what a crash can take. */
const PIECE_SECONDS = 1;

/** H.264 goes into MP4, the others into WebM. */
export function ordinaryFormat(codec: VideoCodec): OutputFormat {
  return codec === 'avc' ? new Mp4OutputFormat({ fastStart: false }) : new WebMOutputFormat();
}

/** The same in pieces. */
export function growingFormat(codec: VideoCodec): OutputFormat {
  return codec === 'avc'
    ? new Mp4OutputFormat({ fastStart: 'fragmented', minimumFragmentDuration: PIECE_SECONDS })
    : new WebMOutputFormat({ appendOnly: true, minimumClusterDuration: PIECE_SECONDS });
}

export function targetOf(file: Pick<RecordingFile, 'write'>): StreamTarget {
  // Unchunked: a piece is on disk as soon as it is whole.
  return new StreamTarget(
    new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => file.write(data, position) }),
  );
}

/**
 * @param pieces in a {@link growingFormat}; the last one may be cut off anywhere
 * @param target gets the ordinary file
 * Throws REQUEST_INVALID where there is no whole frame.
 */
export async function finishRecording(pieces: Blob, target: RecordingFile): Promise<RecordedFile> {
  const input = new Input({ formats: [MP4, WEBM], source: new BlobSource(pieces) });
  try {
    const track = await input.getPrimaryVideoTrack().catch(() => null);
    const codec = await track?.getCodec();
    if (!track || !codec) throw new EngineError('REQUEST_INVALID', 'The recording has no frames');
    const decoderConfig = await track.getDecoderConfig();
    const format = ordinaryFormat(codec);
    const output = new Output({ format, target: targetOf(target) });
    const source = new EncodedVideoPacketSource(codec);
    output.addVideoTrack(source);
    await output.start();
    let frames = 0;
    let lengthMs = 0;
    const sink = new EncodedPacketSink(track);
    let packet = await sink.getFirstPacket();
    while (packet !== null) {
      await source.add(packet, decoderConfig === null ? undefined : { decoderConfig });
      frames += 1;
      lengthMs = Math.max(lengthMs, (packet.timestamp + packet.duration) * 1000);
      // What cannot be read any more was being written.
      packet = await sink.getNextPacket(packet).catch(() => null);
    }
    if (frames === 0) {
      await output.cancel();
      throw new EngineError('REQUEST_INVALID', 'The recording has no frames');
    }
    await output.finalize();
    const file = await target.close();
    return {
      blob: file.slice(0, file.size, format.mimeType),
      extension: format.fileExtension,
      status: { lengthMs, sizeBytes: file.size, frames, codec },
    };
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    input.dispose();
  }
}
