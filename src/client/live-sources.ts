/** Opens cameras, screens and films on the page. Frames go on from here to the live worker. */
import { classifyMediaError, LiveSourceError } from './live-problems.ts';
import type { CameraChoice, CameraDevice, LiveProblem, LiveSource } from './live-client.types.ts';

/** An open source. */
export interface OpenSource {
  readonly kind: LiveSource['kind'];
  /** Null for films. */
  readonly track: MediaStreamTrack | null;
  /** Films, and tracks where frames must be taken from an element. */
  readonly video: HTMLVideoElement;
  close(): void;
}

export type Devices = Pick<
  MediaDevices,
  'getUserMedia' | 'getDisplayMedia' | 'enumerateDevices' | 'addEventListener' | 'removeEventListener'
>;

/** Throws `insecure` or `unsupported` where the browser has no devices to give. */
export function requireDevices(): Devices {
  // Missing on plain http, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices !== undefined) return devices;
  throw new LiveSourceError(window.isSecureContext ? 'unsupported' : 'insecure');
}

function createVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  return video;
}

function cameraConstraints({ deviceId, facing, heightPx }: CameraChoice): MediaTrackConstraints {
  return {
    ...(deviceId === null ? { facingMode: { ideal: facing } } : { deviceId: { exact: deviceId } }),
    height: { ideal: heightPx },
    width: { ideal: Math.round((heightPx * 16) / 9) },
    frameRate: { ideal: 30 },
  };
}

async function openStream(source: Exclude<LiveSource, { kind: 'file' }>): Promise<MediaStream> {
  const devices = requireDevices();
  if (source.kind === 'screen') return devices.getDisplayMedia({ video: { frameRate: { ideal: 30 } } });
  try {
    return await devices.getUserMedia({ video: cameraConstraints(source.camera), audio: false });
  } catch (error) {
    // The remembered camera is gone: any other will do.
    const isGone = error instanceof DOMException && error.name === 'OverconstrainedError';
    if (!isGone || source.camera.deviceId === null) throw error;
    const anyCamera = { ...source.camera, deviceId: null };
    return devices.getUserMedia({ video: cameraConstraints(anyCamera), audio: false });
  }
}

function openTrack(stream: MediaStream, kind: 'camera' | 'screen', onEnded: () => void): OpenSource {
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw new LiveSourceError('no-camera');
  const video = createVideo();
  video.srcObject = stream;
  track.addEventListener('ended', onEnded);
  return {
    kind,
    track,
    video,
    close() {
      track.removeEventListener('ended', onEnded);
      for (const each of stream.getTracks()) each.stop();
      video.srcObject = null;
    },
  };
}

async function openFilm(file: File): Promise<OpenSource> {
  const video = createVideo();
  const url = URL.createObjectURL(file);
  const close = () => {
    video.pause();
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  };
  try {
    await new Promise<void>((resolve, reject) => {
      video.addEventListener('loadeddata', () => resolve(), { once: true });
      video.addEventListener('error', () => reject(new LiveSourceError('file-unreadable', video.error)), {
        once: true,
      });
      video.loop = true;
      video.preload = 'auto';
      video.src = url;
    });
    // Sound alone is no film.
    if (video.videoWidth === 0) throw new LiveSourceError('file-unreadable');
    return { kind: 'file', track: null, video, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** `onEnded`: a camera was unplugged, sharing was stopped. Throws {@link LiveSourceError}. */
export async function openSource(source: LiveSource, onEnded: () => void): Promise<OpenSource> {
  try {
    if (source.kind === 'file') return await openFilm(source.file);
    return openTrack(await openStream(source), source.kind, onEnded);
  } catch (error) {
    throw new LiveSourceError(classifyMediaError(error, source.kind), error);
  }
}

/** What a source is called when it ends by itself. */
export function problemOfEnd(kind: LiveSource['kind']): LiveProblem {
  return kind === 'screen' ? 'screen-ended' : 'unplugged';
}

/** Cameras by name; empty where the browser has none or does not tell. */
export async function listCameras(): Promise<readonly CameraDevice[]> {
  try {
    const devices = await requireDevices().enumerateDevices();
    return devices
      .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ deviceId, label }));
  } catch {
    return [];
  }
}
