/** Composition root of the live worker: session, lanes, outputs, over Comlink. */
import { expose, transfer } from 'comlink';
import { EngineError } from '../engine/errors.ts';
import { createLiveSession, type LiveSession } from '../live/live-session.ts';
import { createOutputs, type Outputs } from '../live/outputs.ts';
import { createPathOpener } from './live-path.ts';
import { createLaneSpawn } from './inference-lane.ts';
import type { LiveWorkerApi } from './live-api.ts';
import { replyOf } from './reply.ts';

const STATS_INTERVAL_MS = 200;

function spawnInferenceWorker(): Worker {
  return new Worker(new URL('./inference.worker.ts', import.meta.url), {
    type: 'module',
    name: 'live-inference',
  });
}

/** With the next frame of the display; a hidden page has none, and needs no redraw. */
function scheduleRedraw(redraw: () => void): void {
  if ('requestAnimationFrame' in self) requestAnimationFrame(redraw);
  else setTimeout(redraw, 16);
}

let connected: { readonly session: LiveSession; readonly outputs: Outputs } | null = null;
let statsTimer: ReturnType<typeof setInterval> | undefined;

function requireConnected(): { readonly session: LiveSession; readonly outputs: Outputs } {
  if (connected === null) throw new EngineError('INTERNAL', 'The live worker was not connected');
  return connected;
}

const api: LiveWorkerApi = {
  connect: (canvas, onEvent) =>
    replyOf(() => {
      const session = createLiveSession({
        now: () => performance.now(),
        openPath: createPathOpener({
          canvas,
          now: () => performance.now(),
          schedule: scheduleRedraw,
          spawnLane: ({ lanes }) => createLaneSpawn(lanes.slot, spawnInferenceWorker),
        }),
        onEvent,
        onShown: (captureMs) => outputs.take(captureMs),
      });
      const outputs = createOutputs({
        getPath: session.getPath,
        onMirror: (bitmap) => onEvent(transfer({ type: 'mirror', bitmap }, [bitmap])),
        now: () => performance.now(),
      });
      connected = { session, outputs };
      statsTimer = setInterval(
        () =>
          onEvent({ type: 'stats', stats: { ...session.readStats(), recording: outputs.getRecording() } }),
        STATS_INTERVAL_MS,
      );
      return null;
    }),
  configure: (config) => requireConnected().session.configure(config),
  setView: (view) => requireConnected().session.setView(view),
  setStream: (stream, frameRate) => requireConnected().session.setStream(stream, frameRate),
  pushFrame: (frame, captureTimeMs) =>
    requireConnected().session.pushFrame(frame, captureTimeMs - performance.timeOrigin),
  setPaused: (isPaused) => requireConnected().session.setPaused(isPaused),
  freeze: () => replyOf(() => requireConnected().outputs.freeze()),
  startRecording: (kind) => replyOf(() => requireConnected().outputs.startRecording(kind)),
  stopRecording: () => replyOf(() => requireConnected().outputs.stopRecording()),
  recoverRecording: (name) => replyOf(() => requireConnected().outputs.recoverRecording(name)),
  setMirror: (kind) => requireConnected().outputs.setMirror(kind),
  readCounts: () => Promise.resolve(requireConnected().session.readCounts()),
  async close() {
    clearInterval(statsTimer);
    await connected?.outputs.dispose();
    await connected?.session.close();
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
