/** What leaves the live worker beside the page's canvas: a recording, a mirror, a frozen frame. */
import { EngineError } from '../engine/errors.ts';
import type { LiveView, RecordedFile, RecordingKind, RecordingStatus } from '../worker/live-api.ts';
import type { Picture } from './presenter.ts';
import type { Recorder } from './recorder.ts';
import { openRecordingFile } from './recording-file.ts';
import { createTap, type Tap } from './tap.ts';

export interface Outputs {
  /** The presenter has drawn a frame. */
  take(picture: Picture, view: LiveView, captureMs: number): void;
  startRecording(kind: RecordingKind): Promise<void>;
  stopRecording(): Promise<RecordedFile>;
  getRecording(): RecordingStatus | null;
  setMirror(kind: RecordingKind | 'view' | null): void;
  freeze(): Promise<Blob>;
  dispose(): Promise<void>;
}

export interface OutputsOptions {
  readonly getPicture: () => Picture | null;
  readonly getView: () => LiveView | null;
  readonly onMirror: (bitmap: ImageBitmap) => void;
}

const FREEZE_QUALITY = 0.95;

export function createOutputs({ getPicture, getView, onMirror }: OutputsOptions): Outputs {
  let recorder: Recorder | null = null;
  let isStarting = false;
  let mirror: Tap | null = null;

  return {
    take(picture, view, captureMs) {
      recorder?.add(picture, view, captureMs);
      if (mirror === null) return;
      mirror.draw(picture, view);
      onMirror(mirror.canvas.transferToImageBitmap());
    },
    async startRecording(kind) {
      const picture = getPicture();
      const view = getView();
      if (recorder !== null || isStarting)
        throw new EngineError('REQUEST_INVALID', 'A recording runs already');
      if (picture === null || view === null) {
        throw new EngineError('REQUEST_INVALID', 'There is no frame to record yet');
      }
      isStarting = true;
      try {
        // The muxer is loaded by those who record.
        const [{ createRecorder }, file] = await Promise.all([import('./recorder.ts'), openRecordingFile()]);
        recorder = await createRecorder(kind, { picture: getPicture() ?? picture, view }, file);
      } finally {
        isStarting = false;
      }
    },
    async stopRecording() {
      const finished = recorder;
      recorder = null;
      if (finished === null) throw new EngineError('REQUEST_INVALID', 'No recording runs');
      return finished.finish();
    },
    getRecording: () => recorder?.getStatus() ?? null,
    setMirror(kind) {
      mirror?.dispose();
      mirror = kind === null ? null : createTap(kind, null);
    },
    async freeze() {
      const photo = getPicture()?.photo;
      if (photo === undefined) throw new EngineError('REQUEST_INVALID', 'There is no frame to keep yet');
      const canvas = new OffscreenCanvas(photo.width, photo.height);
      const context = canvas.getContext('2d', { alpha: false });
      if (context === null) throw new EngineError('OUT_OF_MEMORY', 'No canvas for the frozen frame');
      context.drawImage(photo, 0, 0);
      return canvas.convertToBlob({ type: 'image/jpeg', quality: FREEZE_QUALITY });
    },
    async dispose() {
      mirror?.dispose();
      mirror = null;
      await recorder?.cancel();
      recorder = null;
    },
  };
}
