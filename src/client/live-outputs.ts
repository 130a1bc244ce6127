/** Recording and picture-in-picture on the page's side. */
import { EngineError } from '../engine/errors.ts';
import type { RecordedFile, RecordingKind, RecordingStatus } from '../worker/live-api.ts';
import {
  createMirror,
  openPictureInPicture,
  startPageRecorder,
  type Mirror,
  type PageRecorder,
} from './live-mirror.ts';
import type { LiveDoor } from './live-worker-door.ts';

export interface LiveOutputs {
  readonly canRecord: boolean;
  readonly canPictureInPicture: boolean;
  /** From the start that succeeded to the stop that was asked for. */
  readonly isRecording: boolean;
  /** File that the worker's recording grows in; null: none, or memory. */
  readonly recordingName: string | null;
  startRecording(kind: RecordingKind): Promise<void>;
  stopRecording(): Promise<RecordedFile>;
  /** Of the page's own recorder; the worker reports its own. */
  getPageRecording(): RecordingStatus | null;
  togglePictureInPicture(): Promise<void>;
  showMirror(bitmap: ImageBitmap): void;
  /** The worker is gone or goes. */
  reset(): void;
}

export interface LiveOutputsOptions {
  readonly getDoor: () => LiveDoor | null;
  readonly onChange: (isMirrorShown: boolean) => void;
}

function hasWebCodecs(): boolean {
  return 'VideoEncoder' in globalThis;
}

export function createLiveOutputs({ getDoor, onChange }: LiveOutputsOptions): LiveOutputs {
  let mirror: Mirror | null = null;
  let isRecording = false;
  let recordingName: string | null = null;
  let closeWindow: (() => void) | null = null;
  let page: { readonly recorder: PageRecorder; readonly startMs: number; frames: number } | null = null;

  function requireDoor(): LiveDoor {
    const door = getDoor();
    if (door !== null) return door;
    throw new EngineError('REQUEST_INVALID', 'Live view has not started');
  }

  function useMirror(kind: RecordingKind | 'view'): Mirror {
    requireDoor().setMirror(kind);
    return (mirror ??= createMirror());
  }

  /** The mirror ends with its last user. */
  function releaseMirror(): void {
    if (page !== null || closeWindow !== null) return;
    getDoor()?.setMirror(null);
    mirror?.stop();
    mirror = null;
  }

  function leaveWindow(): void {
    closeWindow?.();
    closeWindow = null;
    onChange(false);
    releaseMirror();
  }

  return {
    canRecord: hasWebCodecs() || 'MediaRecorder' in globalThis,
    canPictureInPicture: document.pictureInPictureEnabled === true,
    get isRecording() {
      return isRecording;
    },
    get recordingName() {
      return recordingName;
    },
    async startRecording(kind) {
      if (hasWebCodecs()) {
        recordingName = await requireDoor().startRecording(kind);
        isRecording = true;
        return;
      }
      const recorder = startPageRecorder(useMirror(kind).stream);
      if (recorder === null) {
        releaseMirror();
        throw new EngineError('REQUEST_INVALID', 'This browser records no video', {
          details: { reason: 'no-codec' },
        });
      }
      recordingName = null;
      page = { recorder, startMs: performance.now(), frames: 0 };
      isRecording = true;
    },
    async stopRecording() {
      isRecording = false;
      if (page === null) return requireDoor().stopRecording();
      const status = this.getPageRecording();
      const { recorder } = page;
      page = null;
      const file = await recorder.finish();
      releaseMirror();
      return {
        ...file,
        status: { lengthMs: 0, frames: 0, codec: '', ...status, sizeBytes: file.blob.size },
      };
    },
    getPageRecording: () =>
      page === null
        ? null
        : {
            lengthMs: performance.now() - page.startMs,
            sizeBytes: page.recorder.getSizeBytes(),
            frames: page.frames,
            codec: 'MediaRecorder',
          },
    async togglePictureInPicture() {
      if (closeWindow !== null) return leaveWindow();
      const { stream } = useMirror('view');
      try {
        closeWindow = await openPictureInPicture(stream, leaveWindow);
        onChange(true);
      } catch (error) {
        releaseMirror();
        throw error;
      }
    },
    showMirror(bitmap) {
      if (mirror === null) {
        bitmap.close();
        return;
      }
      if (page !== null) page.frames += 1;
      mirror.show(bitmap);
    },
    reset() {
      isRecording = false;
      page = null;
      leaveWindow();
    },
  };
}
