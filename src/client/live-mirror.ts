/** The presenter's picture once more on the page, as a stream: for picture-in-picture and recorders of the page. */
export interface Mirror {
  /** Takes the bitmap over. */
  show(bitmap: ImageBitmap): void;
  readonly stream: MediaStream;
  stop(): void;
}

/** The canvas that was transferred to the worker cannot be captured: its stream is not specified. */
export function createMirror(): Mirror {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('bitmaprenderer');
  const stream = canvas.captureStream();
  return {
    stream,
    show(bitmap) {
      if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
      if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
      context?.transferFromImageBitmap(bitmap);
    },
    stop() {
      for (const track of stream.getTracks()) track.stop();
    },
  };
}

/** A video element in the browser's small window. `onLeave`: the user has closed it. Throws what the browser throws. */
export async function openPictureInPicture(stream: MediaStream, onLeave: () => void): Promise<() => void> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  await video.requestPictureInPicture();
  video.addEventListener('leavepictureinpicture', onLeave, { once: true });
  return () => {
    video.removeEventListener('leavepictureinpicture', onLeave);
    if (document.pictureInPictureElement === video) void document.exitPictureInPicture();
    video.srcObject = null;
  };
}

export interface PageRecorder {
  finish(): Promise<{ readonly blob: Blob; readonly extension: string }>;
  getSizeBytes(): number;
}

const PAGE_TYPES = [
  ['video/mp4;codecs=avc1.42E01E', '.mp4'],
  ['video/webm;codecs=vp9', '.webm'],
  ['video/webm', '.webm'],
] as const;

/** `MediaRecorder`, where WebCodecs is missing. Null where it is missing, too. */
export function startPageRecorder(stream: MediaStream): PageRecorder | null {
  if (!('MediaRecorder' in globalThis)) return null;
  const chosen = PAGE_TYPES.find(([type]) => MediaRecorder.isTypeSupported(type));
  if (chosen === undefined) return null;
  const [mimeType, extension] = chosen;
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: 4_000_000 });
  const parts: Blob[] = [];
  let sizeBytes = 0;
  recorder.addEventListener('dataavailable', ({ data }) => {
    parts.push(data);
    sizeBytes += data.size;
  });
  // Parts come while it runs, so that their size can be shown.
  recorder.start(500);
  return {
    getSizeBytes: () => sizeBytes,
    finish: () =>
      new Promise((resolve) => {
        recorder.addEventListener(
          'stop',
          () => resolve({ blob: new Blob(parts, { type: mimeType.split(';')[0] }), extension }),
          { once: true },
        );
        recorder.stop();
      }),
  };
}
