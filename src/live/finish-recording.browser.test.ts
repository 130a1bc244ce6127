/** Recordings in pieces, cut off where a worker may die, and the ordinary files that are made of them. */
import { BlobSource, CanvasSource, EncodedPacketSink, Input, MP4, Output, Quality, WEBM } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { finishRecording, growingFormat, targetOf, type RecordingFile } from './finish-recording.ts';

const SIZE = { width: 160, height: 120 };
/** Not evenly spaced: as frames come. */
const TIMES_S = Array.from({ length: 40 }, (_, i) => i * 0.1 + (i % 3) * 0.02);

/** In memory: pages have no files to write to at once. */
function createMemoryFile(): RecordingFile & { readonly bytes: () => Uint8Array<ArrayBuffer> } {
  let bytes = new Uint8Array(0);
  return {
    name: 'memory',
    bytes: () => bytes,
    write(part, position) {
      const grown = new Uint8Array(Math.max(bytes.length, position + part.length));
      grown.set(bytes);
      grown.set(part, position);
      bytes = grown;
    },
    close: () => Promise.resolve(new File([bytes], 'memory')),
    discard: () => Promise.resolve(),
  };
}

/** A box that goes to the right, recorded in pieces; nothing closes the file. */
async function recordPieces(codec: 'avc' | 'vp9'): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
  const context = canvas.getContext('2d')!;
  const file = createMemoryFile();
  const output = new Output({ format: growingFormat(codec), target: targetOf(file) });
  const quality = new Quality({ bitrate: 500_000 });
  const source = new CanvasSource(canvas, { codec, quality, keyFrameInterval: 1 });
  output.addVideoTrack(source);
  await output.start();
  for (const [index, timeS] of TIMES_S.entries()) {
    context.fillStyle = '#124';
    context.fillRect(0, 0, SIZE.width, SIZE.height);
    context.fillStyle = '#fb8';
    context.fillRect(index * 3, 40, 30, 40);
    await source.add(timeS);
  }
  await output.finalize();
  return file.bytes();
}

async function readTimes(blob: Blob): Promise<number[]> {
  const input = new Input({ formats: [MP4, WEBM], source: new BlobSource(blob) });
  const track = (await input.getPrimaryVideoTrack())!;
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
  return times;
}

async function readLengthS(blob: Blob): Promise<number> {
  const video = document.createElement('video');
  video.src = URL.createObjectURL(blob);
  await new Promise((resolve, reject) => {
    video.onloadedmetadata = resolve;
    video.onerror = () => reject(new Error(`It does not play: ${video.error?.message}`));
  });
  URL.revokeObjectURL(video.src);
  return video.duration;
}

for (const codec of ['avc', 'vp9'] as const) {
  describe(`a recording in ${codec}`, () => {
    it('becomes an ordinary file with all its frames, their times and its length', async () => {
      const pieces = new Blob([await recordPieces(codec)]);
      const { blob, status, extension } = await finishRecording(pieces, createMemoryFile());
      expect(extension).toBe(codec === 'avc' ? '.mp4' : '.webm');
      expect(status).toMatchObject({ frames: TIMES_S.length, codec, sizeBytes: blob.size });
      const times = await readTimes(blob);
      expect(times).toHaveLength(TIMES_S.length);
      // WebM counts milliseconds.
      times.forEach((time, index) => expect(time).toBeCloseTo(TIMES_S[index]!, 2));
      expect(await readLengthS(blob)).toBeCloseTo(TIMES_S.at(-1)!, 0);
    });

    it('keeps what is whole when it is cut off anywhere', async () => {
      const bytes = await recordPieces(codec);
      for (const share of [0.55, 0.8, 0.97]) {
        const pieces = new Blob([bytes.slice(0, Math.floor(bytes.length * share))]);
        const { blob, status } = await finishRecording(pieces, createMemoryFile());
        const times = await readTimes(blob);
        expect(times).toHaveLength(status.frames);
        expect(status.frames).toBeGreaterThanOrEqual(10);
        times.forEach((time, index) => expect(time).toBeCloseTo(TIMES_S[index]!, 2));
        expect(await readLengthS(blob)).toBeCloseTo(times.at(-1)!, 0);
      }
    });
  });
}

it('a recording without a whole frame is refused', async () => {
  const pieces = new Blob([(await recordPieces('vp9')).slice(0, 60)]);
  await expect(finishRecording(pieces, createMemoryFile())).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
  });
});
