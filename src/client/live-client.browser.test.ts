/** Live view in a real browser: a drawn scene as camera, the embedded model, the whole way to the canvas. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import { createLiveClient, type LiveClientOptions } from './live-client.ts';
import type { LiveClient, LiveSettings, LiveView } from './live-client.types.ts';

const WASM = { ...DEFAULT_CLIENT_SETTINGS, executionProvider: 'wasm', threads: 1 } as const;
const SETTINGS: LiveSettings = {
  model: ISOBATH_DEPTH_TINY,
  variant: 'fp32',
  detailPx: 128,
  targetFps: null,
  steadiness: 0.6,
  isMirrored: false,
  compute: WASM,
  isBatchBusy: false,
};
const VIEW: LiveView = {
  mode: 'map',
  comparePosition: 0.5,
  overlayOpacity: 0.6,
  color: { colormap: 'inferno', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: false },
  labels: null,
  widthPx: 320,
  heightPx: 240,
};
const CAMERA = {
  kind: 'camera',
  camera: { deviceId: null, facing: 'user', heightPx: 240 },
} as const;

/** A canvas on which a bright box moves over a dark ground, 30 times a second, as a camera. */
function fakeCamera(): { readonly stream: MediaStream; stop(): void } {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 240;
  const context = canvas.getContext('2d')!;
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    context.fillStyle = '#234';
    context.fillRect(0, 0, 320, 240);
    context.fillStyle = '#fc9';
    context.fillRect((step * 3) % 240, 60, 80, 120);
  }, 33);
  const stream = canvas.captureStream(30);
  return { stream, stop: () => clearInterval(timer) };
}

let client: LiveClient | null = null;
const cleanups: (() => void)[] = [];
afterEach(() => {
  client?.dispose();
  client = null;
  for (const clean of cleanups.splice(0)) clean();
  vi.restoreAllMocks();
});

function openClient(options: LiveClientOptions = {}, settings = SETTINGS): LiveClient {
  const camera = fakeCamera();
  cleanups.push(camera.stop);
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(() =>
    Promise.resolve(camera.stream.clone()),
  );
  client = createLiveClient(options);
  const host = document.createElement('div');
  document.body.append(host);
  client.attach(host);
  client.configure(settings);
  client.setView(VIEW);
  return client;
}

async function waitForFrames(live: LiveClient, count: number): Promise<void> {
  await vi.waitFor(() => expect(live.getSnapshot().stats?.counts.shown ?? 0).toBeGreaterThanOrEqual(count), {
    timeout: 60_000,
    interval: 50,
  });
}

describe('live client', () => {
  it('shows maps of the camera', async () => {
    const live = openClient();
    await live.start(CAMERA);
    await waitForFrames(live, 5);
    expect(live.getSnapshot().state).toBe('running');
  }, 120_000);

  it('goes on by itself when the device is lost: once more on it, then on the processor, with the same camera', async () => {
    const spawned: Worker[] = [];
    const live = openClient(
      {
        spawnWorker() {
          const url = new URL('../testing/lossy-live.worker.ts', import.meta.url);
          const worker = new Worker(url, { type: 'module' });
          spawned.push(worker);
          return worker;
        },
        probeDevice: () =>
          Promise.resolve({
            gpu: 'hardware',
            crossOriginIsolated: true,
            hardwareConcurrency: 2,
            deviceMemoryGb: 8,
          }),
      },
      { ...SETTINGS, compute: DEFAULT_CLIENT_SETTINGS },
    );
    await live.start(CAMERA);
    await vi.waitFor(() => expect(live.getSnapshot().model.state).toBe('ready'), { timeout: 60_000 });
    expect(live.getSnapshot()).toMatchObject({
      state: 'running',
      problem: null,
      hasGpuFailed: true,
      restarts: 2,
    });
    expect(spawned).toHaveLength(3);
    expect(navigator.mediaDevices.getUserMedia).toHaveBeenCalledTimes(1);
  }, 120_000);
});
