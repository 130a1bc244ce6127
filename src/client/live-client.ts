/** The door to live view: opens sources, keeps the live worker alive, tells the UI what happens. No React. */
import { EngineError, toWireError } from '../engine/errors.ts';
import { resolveOptions } from '../engine/image/input-size.ts';
import type { LiveConfig, LiveEvent, LiveView } from '../worker/live-api.ts';
import type { DeviceFacts } from './backend-choice.ts';
import { probeDevice } from './device-facts.ts';
import type {
  LiveClient,
  LiveProblem,
  LiveSettings,
  LiveSnapshot,
  LiveSource,
  RecordedFile,
} from './live-client.types.ts';
import { startFrameFeed, type FrameFeed } from './live-frame-feed.ts';
import { chooseLiveLanes } from './live-lanes.ts';
import { createLiveOutputs } from './live-outputs.ts';
import { isDeviceProblem, LiveSourceError } from './live-problems.ts';
import {
  FILM_EVENTS,
  listCameras,
  openSource,
  problemOfEnd,
  readFilm,
  requireDevices,
  type OpenSource,
} from './live-sources.ts';
import { openLiveDoor, spawnLiveWorker, type LiveDoor } from './live-worker-door.ts';
import { recoverRecording } from './recover-recording.ts';
import { createFrameSchedule, createSnapshotStore } from './snapshot-store.ts';

export interface LiveClientOptions {
  readonly spawnWorker?: () => Worker;
  readonly probeDevice?: () => Promise<DeviceFacts>;
  /** A recording that ended with its source: stopped, unplugged, or the page was left. */
  readonly onRecorded?: (file: RecordedFile, why: 'source-ended' | 'worker-died') => void;
  /** What the self-test found where WASM computes this model wrong; null: it is right or untested. */
  readonly findWasmRefusal?: (request: Pick<LiveSettings, 'model' | 'variant'>) => EngineError | null;
  /** It died with its worker, and nothing of it was on disk. */
  readonly onRecordingLost?: () => void;
}

/** A camera that another program uses gives no sign when it is free. */
const RETRY_MS = 3000;
/** Deaths of the worker within this time after which nothing is restarted any more. */
const RESTART_WINDOW_MS = 60_000;
const MAX_RESTARTS = 3;

const IDLE: LiveSnapshot = {
  state: 'idle',
  problem: null,
  sourceKind: null,
  model: { state: 'idle' },
  stats: null,
  frameSize: null,
  cameras: [],
  activeCamera: null,
  film: null,
  transport: null,
  hasGpuFailed: false,
  isMirrorShown: false,
  restarts: 0,
};

export function createLiveClient(options: LiveClientOptions = {}): LiveClient {
  const { spawnWorker = spawnLiveWorker, findWasmRefusal = () => null } = options;
  let snapshot = IDLE;
  const store = createSnapshotStore(
    () => snapshot,
    createFrameSchedule(() => performance.now()),
  );
  let settings: LiveSettings | null = null;
  let view: LiveView | null = null;
  let facts: DeviceFacts | null = null;
  let door: LiveDoor | null = null;
  let host: HTMLElement | null = null;
  let source: OpenSource | null = null;
  let feed: FrameFeed | null = null;
  /** What the user wants to see; kept while a device is away. */
  let wanted: LiveSource | null = null;
  let openCount = 0;
  /** The film was playing when the page was hidden. */
  let isFilmHeld = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let restartTimes: number[] = [];
  let deviceLosses = 0;
  const lifetime = new AbortController();
  const { signal } = lifetime;

  function change(next: Partial<LiveSnapshot>): void {
    snapshot = { ...snapshot, ...next };
    store.markChanged();
  }

  const outputs = createLiveOutputs({
    getDoor: () => door,
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

  function toConfig({ model, variant, ...rest }: LiveSettings, known: DeviceFacts): LiveConfig {
    const memoryBytes = model.variants.find(({ id }) => id === variant)?.memoryBytes ?? 0;
    return {
      request: {
        pipeline: model.task === 'depth' ? 'depth-estimation' : 'human-parsing',
        model,
        variant,
        options: resolveOptions(model.input, { detailPx: rest.detailPx }),
      },
      targetFps: rest.targetFps,
      steadiness: rest.steadiness,
      isMirrored: rest.isMirrored && snapshot.sourceKind === 'camera',
      lanes: chooseLiveLanes(rest.compute, known, memoryBytes, {
        hasGpuFailed: snapshot.hasGpuFailed,
        isBatchBusy: rest.isBatchBusy,
        isWasmWrong: findWasmRefusal({ model, variant }) !== null,
      }),
    };
  }

  function refreshStill(): void {
    feed?.refresh(() => snapshot.stats?.fpsReceived ?? 0);
  }

  function applySettings(): void {
    if (door === null || settings === null || facts === null) return;
    const config = toConfig(settings, facts);
    const refusal = findWasmRefusal(settings);
    // No map is better than a wrong one.
    if (refusal !== null && config.lanes.slot.executionProvider === 'wasm') {
      change({ model: { state: 'failed', error: toWireError(refusal) } });
    } else door.configure(config);
    refreshStill();
  }

  function onEvent(event: LiveEvent): void {
    switch (event.type) {
      case 'stats': {
        if (door === null) return;
        const { counts } = event.stats;
        const dropped = counts.dropped + counts.skipped + (feed?.getSkippedCount() ?? 0);
        const { dataset } = door.canvas;
        dataset.frame = String(counts.shown);
        dataset.dropped = String(dropped);
        dataset.counts = JSON.stringify(counts);
        if (snapshot.state === 'idle' || snapshot.state === 'problem') return;
        const recording = outputs.getPageRecording() ?? event.stats.recording;
        change({ stats: { ...event.stats, recording, counts: { ...counts, dropped } } });
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
        if (source?.track?.readyState === 'ended') onEnded(source.kind);
        return;
      case 'mirror':
        outputs.showMirror(event.bitmap);
        return;
    }
  }

  function openDoor(): LiveDoor {
    const opened = openLiveDoor(spawnWorker, onEvent, restart);
    host?.replaceChildren(opened.canvas);
    door = opened;
    if (view !== null) opened.setView(view);
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
    keepRecording();
    door?.close();
    door = null;
    outputs.reset();
    const nowMs = performance.now();
    if (!isWanted) restartTimes = [...restartTimes.filter((ms) => nowMs - ms < RESTART_WINDOW_MS), nowMs];
    if (restartTimes.length > MAX_RESTARTS) {
      console.error('Live view gives up', error);
      report('worker-failed');
      return;
    }
    change({ restarts: snapshot.restarts + 1, model: { state: 'loading', fraction: null } });
    if (source !== null) startFeed(source, openDoor());
  }

  /** What was recorded is saved, whatever ends it. */
  function keepRecording(): void {
    if (!outputs.isRecording) return;
    const { recordingName } = outputs;
    outputs.stopRecording().then(
      (file) => options.onRecorded?.(file, 'source-ended'),
      async (error: unknown) => {
        // A recording without a frame is none.
        if (!(error instanceof EngineError) || error.code !== 'WORKER_CRASHED') return;
        const file = await recoverRecording(recordingName, spawnWorker);
        if (file === null) options.onRecordingLost?.();
        else options.onRecorded?.(file, 'worker-died');
      },
    );
  }

  function closeSource(): void {
    feed?.stop();
    feed = null;
    door?.setStream(null, null);
    source?.close();
    source = null;
  }

  function report(problem: LiveProblem): void {
    closeSource();
    keepRecording();
    change({ state: 'problem', problem, stats: null, film: null, transport: null });
    clearTimeout(retryTimer);
    if (problem === 'in-use') retryTimer = setTimeout(retry, RETRY_MS);
  }

  function onEnded(kind: LiveSource['kind']): void {
    if (source === null || source.kind !== kind) return;
    report(problemOfEnd(kind));
  }

  function retry(): void {
    if (wanted?.kind === 'camera' && isDeviceProblem(snapshot.problem) && !signal.aborted)
      void open(wanted, true);
  }

  function onDeviceChange(): void {
    void listCameras().then((cameras) => change({ cameras }));
    retry();
  }

  function watchFilm({ video }: OpenSource): void {
    const show = () => change({ film: readFilm(video) });
    for (const name of FILM_EVENTS) video.addEventListener(name, show, { signal });
    show();
  }

  /** `isQuiet`: a try that nobody asked for; what is on screen stays until it succeeds. */
  async function open(next: LiveSource, isQuiet = false): Promise<void> {
    const opening = ++openCount;
    clearTimeout(retryTimer);
    wanted = next;
    closeSource();
    keepRecording();
    if (!isQuiet) {
      change({
        state: 'opening',
        problem: null,
        sourceKind: next.kind,
        stats: null,
        film: null,
        activeCamera: null,
      });
    }
    try {
      const opened = await openSource(next, () => onEnded(next.kind));
      // Stopped, or another source was chosen, while the browser asked the user.
      if (opening !== openCount || signal.aborted) {
        opened.close();
        return;
      }
      source = opened;
      const used = door ?? openDoor();
      await probed;
      if (opening !== openCount || source !== opened) return;
      change({
        state: 'running',
        problem: null,
        model: snapshot.model.state === 'ready' ? snapshot.model : { state: 'loading', fraction: null },
      });
      applySettings();
      startFeed(opened, used);
      used.setPaused(false);
      if (next.kind === 'file') watchFilm(opened);
      if (next.kind === 'camera') {
        const given = opened.track?.getSettings();
        change({ activeCamera: { deviceId: given?.deviceId ?? '', facing: given?.facingMode ?? null } });
        // Names are known only after the user has allowed one.
        change({ cameras: await listCameras() });
      }
      onVisibility();
    } catch (error) {
      if (opening !== openCount) return;
      report(error instanceof LiveSourceError ? error.problem : 'unsupported');
    }
  }

  /** Nobody looks: nothing is computed. But a small window and a recording go on. */
  function onVisibility(): void {
    if (door === null || source === null) return;
    const isPaused = document.hidden && !snapshot.isMirrorShown && !(snapshot.stats?.recording ?? null);
    door.setPaused(isPaused);
    if (snapshot.state === 'running' || snapshot.state === 'paused') {
      change({ state: isPaused ? 'paused' : 'running' });
    }
    if (source.kind !== 'file') return;
    if (isPaused && !source.video.paused) {
      source.video.pause();
      isFilmHeld = true;
    } else if (!isPaused && isFilmHeld) {
      isFilmHeld = false;
      void source.video.play().catch(() => undefined);
    }
  }

  document.addEventListener('visibilitychange', onVisibility, { signal });
  try {
    requireDevices().addEventListener('devicechange', onDeviceChange, { signal });
    void navigator.permissions
      .query({ name: 'camera' })
      .then((permission) =>
        permission.addEventListener(
          'change',
          () => {
            if (permission.state === 'granted' && snapshot.problem === 'refused' && wanted) void open(wanted);
          },
          { signal },
        ),
      )
      .catch(() => undefined);
  } catch {
    // No devices here: starting says so.
  }

  const withFilm = (act: (video: HTMLVideoElement) => void) => {
    if (source?.kind !== 'file') return;
    act(source.video);
    change({ film: readFilm(source.video) });
  };

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    attach(element) {
      host = element;
      if (door !== null) element.replaceChildren(door.canvas);
      return () => {
        if (host === element) host = null;
        element.replaceChildren();
      };
    },
    start: (next) => open(next),
    stop() {
      openCount += 1;
      wanted = null;
      clearTimeout(retryTimer);
      closeSource();
      keepRecording();
      change({
        ...IDLE,
        cameras: snapshot.cameras,
        hasGpuFailed: snapshot.hasGpuFailed,
        restarts: snapshot.restarts,
        model: snapshot.model,
      });
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
      const isBlurSame = JSON.stringify(view?.labels?.blur) === JSON.stringify(next.labels?.blur);
      view = next;
      door?.setView(next);
      if (!isBlurSame) refreshStill();
    },
    freeze: () => requireDoor(door).freeze(),
    startRecording: (kind) => outputs.startRecording(kind),
    stopRecording: () => outputs.stopRecording(),
    togglePictureInPicture: () => outputs.togglePictureInPicture(),
    canRecord: outputs.canRecord,
    canPictureInPicture: outputs.canPictureInPicture,
    film: {
      play: () => withFilm((video) => void video.play().catch(() => undefined)),
      pause: () => withFilm((video) => video.pause()),
      seek: (positionS) => withFilm((video) => (video.currentTime = positionS)),
      setRate: (rate) => withFilm((video) => (video.playbackRate = rate)),
      setLooping: (isLooping) => withFilm((video) => (video.loop = isLooping)),
    },
    dispose() {
      lifetime.abort();
      openCount += 1;
      clearTimeout(retryTimer);
      closeSource();
      keepRecording();
      outputs.reset();
      door?.close();
      door = null;
      host?.replaceChildren();
    },
  };
}

function requireDoor(door: LiveDoor | null): LiveDoor {
  if (door !== null) return door;
  throw new EngineError('REQUEST_INVALID', 'Live view has not started');
}
