/** The door to live view: opens sources, keeps the live worker alive, tells the UI what happens. No React. */
import { EngineError, toWireError } from '../engine/errors.ts';
import type { LiveEvent } from '../worker/live-api.ts';
import type { DeviceFacts } from './backend-choice.ts';
import { probeDevice } from './device-facts.ts';
import { keepRecording, type RecordingKeeper } from './keep-recording.ts';
import type { LiveClient, LiveSettings, LiveSnapshot } from './live-client.types.ts';
import { makeLiveConfig } from './live-config.ts';
import { watchDevices } from './live-devices.ts';
import { createLiveFilm } from './live-film.ts';
import { startFrameFeed, type FrameFeed } from './live-frame-feed.ts';
import { createLiveInput } from './live-input.ts';
import { createLiveOutputs } from './live-outputs.ts';
import { createRestartBudget } from './live-restarts.ts';
import { IDLE, toIdle } from './live-snapshot.ts';
import { listCameras, type OpenSource } from './live-sources.ts';
import { createLiveStage } from './live-stage.ts';
import { completeStats } from './live-stats.ts';
import { spawnLiveWorker, type LiveDoor } from './live-worker-door.ts';
import { createFrameSchedule, createSnapshotStore } from './snapshot-store.ts';

export interface LiveClientOptions extends Partial<RecordingKeeper> {
  readonly probeDevice?: () => Promise<DeviceFacts>;
  /** What the self-test found where WASM computes this model wrong; null: it is right or untested. */
  readonly findWasmRefusal?: (request: Pick<LiveSettings, 'model' | 'variant'>) => EngineError | null;
}

export function createLiveClient(options: LiveClientOptions = {}): LiveClient {
  const { spawnWorker = spawnLiveWorker, findWasmRefusal = () => null } = options;
  let snapshot = IDLE;
  const store = createSnapshotStore(
    () => snapshot,
    createFrameSchedule(() => performance.now()),
  );
  let settings: LiveSettings | null = null;
  let facts: DeviceFacts | null = null;
  let feed: FrameFeed | null = null;
  let deviceLosses = 0;
  const lifetime = new AbortController();
  const { signal } = lifetime;

  function change(next: Partial<LiveSnapshot>): void {
    snapshot = { ...snapshot, ...next };
    store.markChanged();
  }

  const stage = createLiveStage({ spawnWorker, onEvent, onCrash: restart });
  const restarts = createRestartBudget(() => performance.now());
  const film = createLiveFilm((state) => change({ film: state }));
  const input = createLiveInput({
    onOpening(next, isQuiet) {
      saveRecording();
      if (isQuiet) return;
      change({
        state: 'opening',
        problem: null,
        sourceKind: next.kind,
        stats: null,
        film: null,
        activeCamera: null,
      });
    },
    onOpen: run,
    onClosing() {
      feed?.stop();
      feed = null;
      film.leave();
      stage.door?.setStream(null, null);
    },
    onProblem(problem) {
      saveRecording();
      change({ state: 'problem', problem, stats: null, film: null, transport: null });
    },
  });
  const outputs = createLiveOutputs({
    getDoor: () => stage.door,
    onChange(isMirrorShown) {
      change({ isMirrorShown });
      // A hidden page goes on for the small window alone.
      onVisibility();
    },
  });

  const probed = (
    options.probeDevice ?? (() => probeDevice(navigator, globalThis.crossOriginIsolated))
  )().then((found) => {
    facts = found;
    applySettings();
  });

  function refreshStill(): void {
    feed?.refresh(() => snapshot.stats?.fpsReceived ?? 0);
  }

  function applySettings(): void {
    const { door } = stage;
    if (door === null || settings === null || facts === null) return;
    const refusal = findWasmRefusal(settings);
    const config = makeLiveConfig(settings, {
      device: facts,
      sourceKind: snapshot.sourceKind,
      hasGpuFailed: snapshot.hasGpuFailed,
      isWasmWrong: refusal !== null,
    });
    // No map is better than a wrong one.
    if (refusal !== null && config.lanes.slot.executionProvider === 'wasm') {
      change({ model: { state: 'failed', error: toWireError(refusal) } });
    } else door.configure(config);
    refreshStill();
  }

  function onEvent(event: LiveEvent): void {
    switch (event.type) {
      case 'stats': {
        if (stage.door === null) return;
        const stats = completeStats(event.stats, {
          skippedCount: feed?.getSkippedCount() ?? 0,
          recording: outputs.getPageRecording(),
        });
        const { dataset } = stage.door.canvas;
        dataset.frame = String(stats.counts.shown);
        dataset.dropped = String(stats.counts.dropped);
        dataset.counts = JSON.stringify(event.stats.counts);
        if (snapshot.state !== 'idle' && snapshot.state !== 'problem') change({ stats });
        return;
      }
      case 'size':
        change({ frameSize: { widthPx: event.widthPx, heightPx: event.heightPx } });
        return;
      case 'loading':
        if (snapshot.model.state !== 'ready')
          change({ model: { state: 'loading', fraction: event.fraction } });
        return;
      case 'ready':
        change({ model: { state: 'ready' } });
        return;
      case 'failed':
        if (event.executionProvider === 'webgpu') {
          change({ hasGpuFailed: true, model: { state: 'loading', fraction: null } });
          applySettings();
        } else change({ model: { state: 'failed', error: event.error } });
        return;
      case 'canvas-lost':
        if (event.isDeviceLost) deviceLosses += 1;
        // Once may be a driver's reset; twice is a device that cannot.
        if (deviceLosses > 1) change({ hasGpuFailed: true });
        restart(new EngineError('WORKER_CRASHED', event.reason), !event.isDeviceLost);
        return;
      case 'stream-ended':
        // The track's own event may have been first.
        input.checkEnd();
        return;
      case 'mirror':
        outputs.showMirror(event.bitmap);
        return;
    }
  }

  function openDoor(): LiveDoor {
    const opened = stage.open();
    applySettings();
    return opened;
  }

  function startFeed(opened: OpenSource, to: LiveDoor): void {
    feed?.stop();
    feed = startFrameFeed(opened, to);
    change({ transport: feed.transport });
  }

  /** A new worker on a new canvas; the source stays open, its frames go there. `isWanted`: nothing has crashed. */
  function restart(error: EngineError, isWanted = false): void {
    saveRecording();
    stage.close();
    outputs.reset();
    if (!isWanted && !restarts.spend()) {
      console.error('Live view gives up', error);
      input.fail('worker-failed');
      return;
    }
    change({ restarts: snapshot.restarts + 1, model: { state: 'loading', fraction: null } });
    if (input.source !== null) startFeed(input.source, openDoor());
  }

  function saveRecording(): void {
    keepRecording(outputs, { ...options, spawnWorker });
  }

  async function run(opened: OpenSource, isCurrent: () => boolean): Promise<void> {
    const door = stage.door ?? openDoor();
    await probed;
    if (!isCurrent()) return;
    change({
      state: 'running',
      problem: null,
      model: snapshot.model.state === 'ready' ? snapshot.model : { state: 'loading', fraction: null },
    });
    applySettings();
    startFeed(opened, door);
    door.setPaused(false);
    if (opened.kind === 'file') film.show(opened.video);
    if (opened.kind === 'camera') {
      const given = opened.track?.getSettings();
      change({ activeCamera: { deviceId: given?.deviceId ?? '', facing: given?.facingMode ?? null } });
      // Names are known only after the user has allowed one.
      change({ cameras: await listCameras() });
    }
    onVisibility();
  }

  /** Nobody looks: nothing is computed. But a small window and a recording go on. */
  function onVisibility(): void {
    const { door } = stage;
    if (door === null || input.source === null) return;
    const isPaused = document.hidden && !snapshot.isMirrorShown && !(snapshot.stats?.recording ?? null);
    door.setPaused(isPaused);
    if (snapshot.state === 'running' || snapshot.state === 'paused') {
      change({ state: isPaused ? 'paused' : 'running' });
    }
    film.setHeld(isPaused);
  }

  document.addEventListener('visibilitychange', onVisibility, { signal });
  watchDevices({
    signal,
    onDeviceChange() {
      void listCameras().then((cameras) => change({ cameras }));
      input.retry();
    },
    onCameraAllowed: input.retryRefused,
  });

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    attach: stage.attach,
    start: input.open,
    stop() {
      input.close();
      saveRecording();
      change(toIdle(snapshot));
    },
    configure(next) {
      const isOtherModel = settings?.model.id !== next.model.id || settings.variant !== next.variant;
      if (isOtherModel && settings !== null) change({ model: { state: 'loading', fraction: null } });
      settings = next;
      applySettings();
    },
    retryModel() {
      change({ model: { state: 'loading', fraction: null } });
      applySettings();
    },
    setView(next) {
      const isBlurSame = JSON.stringify(stage.view?.labels?.blur) === JSON.stringify(next.labels?.blur);
      stage.setView(next);
      if (!isBlurSame) refreshStill();
    },
    freeze: () => requireDoor(stage.door).freeze(),
    startRecording: (kind) => outputs.startRecording(kind),
    stopRecording: () => outputs.stopRecording(),
    togglePictureInPicture: () => outputs.togglePictureInPicture(),
    canRecord: outputs.canRecord,
    canPictureInPicture: outputs.canPictureInPicture,
    film: film.controls,
    dispose() {
      lifetime.abort();
      input.close();
      saveRecording();
      outputs.reset();
      stage.dispose();
    },
  };
}

function requireDoor(door: LiveDoor | null): LiveDoor {
  if (door !== null) return door;
  throw new EngineError('REQUEST_INVALID', 'Live view has not started');
}
