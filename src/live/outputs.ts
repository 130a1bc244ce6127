/** What leaves the live worker beside the page's canvas: a recording, a mirror, a frozen frame. */
import { EngineError } from '../engine/errors.ts';
import type { RecordedFile, RecordingKind, RecordingStatus } from '../worker/live-api.ts';
import type { FramePath, Tap, TapKind } from './frame-path.ts';
import type { Recorder } from './recorder.ts';
import { findRecording, openFinishedFile, openRecordingFile, removeRecording } from './recording-file.ts';

export interface Outputs {
  /** A frame was drawn. */
  take(captureMs: number): void;
  /** The name of the file that it grows in; null: memory. */
  startRecording(kind: RecordingKind): Promise<string | null>;
  stopRecording(): Promise<RecordedFile>;
  /** What a worker that died has left in this file. Throws REQUEST_INVALID where there is no whole frame. */
  recoverRecording(name: string): Promise<RecordedFile>;
  getRecording(): RecordingStatus | null;
  setMirror(kind: TapKind | null): void;
  freeze(): Promise<Blob>;
  dispose(): Promise<void>;
}

export interface OutputsOptions {
  readonly getPath: () => FramePath | null;
  readonly onMirror: (bitmap: ImageBitmap) => void;
  readonly now: () => number;
}

function noFrame(): EngineError {
  return new EngineError('REQUEST_INVALID', 'There is no frame yet');
}

export function createOutputs({ getPath, onMirror, now }: OutputsOptions): Outputs {
  let recorder: Recorder | null = null;
  /** Being closed into a file; whoever ends the worker waits for it. */
  let finishing: Promise<unknown> = Promise.resolve();
  let isStarting = false;
  let mirror: Tap | null = null;

  return {
    take(captureMs) {
      recorder?.add(captureMs);
      if (mirror === null) return;
      mirror.draw();
      onMirror(mirror.canvas.transferToImageBitmap());
    },
    async startRecording(kind) {
      if (recorder !== null || isStarting)
        throw new EngineError('REQUEST_INVALID', 'A recording runs already');
      isStarting = true;
      try {
        // The muxer is loaded by those who record.
        const [{ createRecorder }, file] = await Promise.all([import('./recorder.ts'), openRecordingFile()]);
        const path = getPath();
        const size = path?.getTapSize(kind) ?? null;
        if (path === null || size === null) {
          await file?.discard();
          throw noFrame();
        }
        recorder = await createRecorder({ size, openTap: () => path.createTap(kind, size), file, now });
        return file?.name ?? null;
      } finally {
        isStarting = false;
      }
    },
    async stopRecording() {
      const finished = recorder;
      recorder = null;
      if (finished === null) throw new EngineError('REQUEST_INVALID', 'No recording runs');
      const file = finished.finish();
      finishing = file.catch(() => undefined);
      return file;
    },
    async recoverRecording(name) {
      const { finishRecording } = await import('./finish-recording.ts');
      const finished = await finishRecording(await findRecording(name), await openFinishedFile());
      await removeRecording(name);
      return finished;
    },
    getRecording: () => recorder?.getStatus() ?? null,
    setMirror(kind) {
      mirror?.dispose();
      mirror = kind === null ? null : (getPath()?.createTap(kind, null) ?? null);
    },
    async freeze() {
      const path = getPath();
      if (path === null) throw noFrame();
      return path.readPhoto();
    },
    async dispose() {
      mirror?.dispose();
      mirror = null;
      await finishing;
      await recorder?.cancel();
      recorder = null;
    },
  };
}
