/** One live worker and its canvas: they are born and die together, because a canvas is transferred only once. */
import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import type { Reply } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type {
  FrameCounts,
  LiveConfig,
  LiveEvent,
  LiveFrame,
  LiveView,
  LiveWorkerApi,
  RecordedFile,
  RecordingKind,
} from '../worker/live-api.ts';
import { unwrapReply } from './web-worker-slot.ts';

export interface LiveDoor {
  readonly canvas: HTMLCanvasElement;
  configure(config: LiveConfig): void;
  setView(view: LiveView): void;
  setStream(stream: ReadableStream<VideoFrame> | null, frameRate: number | null): void;
  pushFrame(frame: LiveFrame, captureTimeMs: number): Promise<void>;
  setPaused(isPaused: boolean): void;
  setMirror(kind: RecordingKind | 'view' | null): void;
  freeze(): Promise<Blob>;
  startRecording(kind: RecordingKind): Promise<string | null>;
  stopRecording(): Promise<RecordedFile>;
  recoverRecording(name: string): Promise<RecordedFile>;
  readCounts(): Promise<FrameCounts>;
  /** Lets frames in flight end and closes them, then ends the worker. */
  close(): void;
}

/** Time for frames in flight; then the worker is ended whatever it does. */
const CLOSE_TIMEOUT_MS = 3000;

/** The worker of this app. Bundlers find it by this very expression. */
export function spawnLiveWorker(): Worker {
  return new Worker(new URL('../worker/live.worker.ts', import.meta.url), { type: 'module', name: 'live' });
}

function createCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.dataset.testid = 'live-canvas';
  canvas.dataset.frame = '0';
  canvas.dataset.dropped = '0';
  return canvas;
}

/** `onCrash`: the worker died by itself; the door is closed. */
export function openLiveDoor(
  spawnWorker: () => Worker,
  onEvent: (event: LiveEvent) => void,
  onCrash: (error: EngineError) => void,
): LiveDoor {
  const canvas = createCanvas();
  const worker = spawnWorker();
  const remote: Remote<LiveWorkerApi> = wrap<LiveWorkerApi>(worker);
  let isOver = false;
  /** What a worker that was sent away says, or dies of, concerns nobody. */
  let isLeaving = false;
  let rejectAll: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => (rejectAll = reject));
  death.catch(() => undefined);

  const end = (error: EngineError) => {
    isOver = true;
    rejectAll(error);
    worker.removeEventListener('error', onError);
    worker.removeEventListener('messageerror', onError);
    remote[releaseProxy]();
    worker.terminate();
  };
  const onError = (event: Event) => {
    event.preventDefault();
    if (isOver) return;
    const text = event instanceof ErrorEvent ? event.message : event.type;
    const error = new EngineError('WORKER_CRASHED', `The live worker died: ${text}`);
    end(error);
    if (!isLeaving) onCrash(error);
  };
  worker.addEventListener('error', onError);
  worker.addEventListener('messageerror', onError);

  /** A call whose outcome nobody waits for. */
  const tell = (call: () => Promise<unknown>) => {
    if (!isOver) Promise.race([call(), death]).catch(() => undefined);
  };
  const ask = async <T>(call: () => Promise<Reply<T>>): Promise<T> => {
    if (isOver) throw new EngineError('WORKER_CRASHED', 'The live worker has ended');
    return unwrapReply(await Promise.race([call(), death]));
  };

  const offscreen = canvas.transferControlToOffscreen();
  const receive = (event: LiveEvent) => {
    if (!isOver && !isLeaving) onEvent(event);
    else if (event.type === 'mirror') event.bitmap.close();
  };
  ask(() => remote.connect(transfer(offscreen, [offscreen]), proxy(receive))).catch((error: unknown) => {
    if (isOver) return;
    const crash =
      error instanceof EngineError ? error : new EngineError('WORKER_START_FAILED', String(error));
    end(crash);
    onCrash(crash);
  });

  return {
    canvas,
    configure: (config) => tell(() => remote.configure(config)),
    setView: (view) => tell(() => remote.setView(view)),
    setStream: (stream, frameRate) =>
      tell(() => remote.setStream(stream === null ? null : transfer(stream, [stream]), frameRate)),
    async pushFrame(frame, captureTimeMs) {
      if (isOver) {
        frame.close();
        return;
      }
      await Promise.race([remote.pushFrame(transfer(frame, [frame]), captureTimeMs), death]);
    },
    setPaused: (isPaused) => tell(() => remote.setPaused(isPaused)),
    setMirror: (kind) => tell(() => remote.setMirror(kind)),
    freeze: () => ask(() => remote.freeze()),
    startRecording: (kind) => ask(() => remote.startRecording(kind)),
    stopRecording: () => ask(() => remote.stopRecording()),
    recoverRecording: (name) => ask(() => remote.recoverRecording(name)),
    readCounts: () => Promise.race([remote.readCounts(), death]),
    close() {
      if (isOver || isLeaving) return;
      isLeaving = true;
      const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS));
      void Promise.race([remote.close(), timeout, death])
        .catch(() => undefined)
        .then(() => {
          if (!isOver) end(new EngineError('WORKER_CRASHED', 'Live view was closed'));
        });
    },
  };
}
