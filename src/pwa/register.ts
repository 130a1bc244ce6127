/** The page's side of the installed app: registers the service worker, offers updates and installation, isolates once. */
import { createBusyLock } from './busy-lock.ts';

/** Chromium's offer to install (WICG manifest-incubations); no lib types yet. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<void>;
  readonly userChoice: Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

export interface ShellSnapshot {
  /** `ready`: the app opens without a network; `unsupported`: no service worker here (plain http, old browser, dev). */
  readonly offline: 'unsupported' | 'installing' | 'ready' | 'failed';
  /** `waiting`: asked for, some tab still works. */
  readonly update: 'none' | 'ready' | 'waiting' | 'reloading';
  /** The browser offers installation: `install()` works now. */
  readonly canInstall: boolean;
  readonly isInstalled: boolean;
  /** The page was reloaded once so that it may use all cores: say so. */
  readonly wasReloadedForThreads: boolean;
}

export interface AppShell {
  subscribe(listener: () => void): () => void;
  getSnapshot(): ShellSnapshot;
  /** Tasks run in this tab: updates wait. */
  setBusy(isBusy: boolean): void;
  /** Takes the new version when every tab is idle, and reloads them. */
  applyUpdate(): Promise<void>;
  checkForUpdate(): Promise<void>;
  /** Shows the browser's question; true: accepted. */
  install(): Promise<boolean>;
}

const RELOAD_FLAG = 'isobath.isolation-reload';

export interface AppShellOptions {
  /** Address of the service worker and its scope; null: none (dev server). */
  readonly serviceWorkerUrl: string | null;
  readonly scope: string;
}

/** Once per page. Registering never rejects: without a service worker the app is the same, only not offline. */
export function createAppShell(options: AppShellOptions): AppShell {
  const listeners = new Set<() => void>();
  const busy = createBusyLock((navigator as Partial<Navigator>).locks);
  // Missing on plain http, whatever the types say.
  const container = (navigator as Partial<Navigator>).serviceWorker;
  let installPrompt: InstallPromptEvent | null = null;
  let registration: ServiceWorkerRegistration | null = null;
  let snapshot: ShellSnapshot = {
    offline: container === undefined || options.serviceWorkerUrl === null ? 'unsupported' : 'installing',
    update: 'none',
    canInstall: false,
    isInstalled: matchMedia('(display-mode: standalone)').matches,
    wasReloadedForThreads: self.crossOriginIsolated && readFlag(),
  };

  function update(change: Partial<ShellSnapshot>): void {
    snapshot = { ...snapshot, ...change };
    for (const listener of listeners) listener();
  }

  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installPrompt = event as InstallPromptEvent;
    update({ canInstall: true });
  });
  window.addEventListener('appinstalled', () => {
    installPrompt = null;
    update({ canInstall: false, isInstalled: true });
  });

  if (container !== undefined && options.serviceWorkerUrl !== null) {
    void register(container, options.serviceWorkerUrl);
  }

  async function register(workers: ServiceWorkerContainer, url: string): Promise<void> {
    const hadController = workers.controller !== null;
    let isFirstController = !hadController;
    workers.addEventListener('controllerchange', () => {
      if (isFirstController) {
        isFirstController = false;
        void isolateOnce();
        return;
      }
      // Another version took over, here or in another tab: its files are the ones that are kept now.
      update({ update: 'reloading' });
      location.reload();
    });
    try {
      registration = await workers.register(url, { scope: options.scope, updateViaCache: 'none' });
    } catch {
      update({ offline: 'failed' });
      return;
    }
    if (registration.active !== null) update({ offline: 'ready' });
    watchWorker(registration.waiting, hadController);
    watchWorker(registration.installing, hadController);
    registration.addEventListener('updatefound', () => {
      watchWorker(registration?.installing ?? null, workers.controller !== null);
    });
  }

  function watchWorker(worker: ServiceWorker | null, isUpdate: boolean): void {
    if (worker === null) return;
    const look = (): void => {
      if (worker.state === 'installed' && isUpdate) update({ update: 'ready' });
      if (worker.state === 'activated') update({ offline: 'ready' });
      if (worker.state === 'redundant' && snapshot.offline === 'installing') update({ offline: 'failed' });
    };
    worker.addEventListener('statechange', look);
    look();
  }

  /** The worker now adds the headers that the host does not: one reload makes the page isolated. */
  async function isolateOnce(): Promise<void> {
    if (self.crossOriginIsolated || readFlag()) return;
    await busy.whenAllIdle(() => {
      writeFlag();
      location.reload();
      return Promise.resolve();
    });
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    setBusy: (isBusy) => busy.setBusy(isBusy),
    async applyUpdate() {
      const waiting = registration?.waiting;
      if (waiting === null || waiting === undefined) return;
      update({ update: 'waiting' });
      await busy.whenAllIdle(async () => {
        waiting.postMessage({ type: 'skip-waiting' });
        // Holds the lock until this page reloads: no tab starts to count as busy in between.
        await new Promise((resolve) => waiting.addEventListener('statechange', resolve, { once: true }));
      });
    },
    async checkForUpdate() {
      await registration?.update().catch(() => undefined);
    },
    async install() {
      const prompt = installPrompt;
      if (prompt === null) return false;
      installPrompt = null;
      update({ canInstall: false });
      await prompt.prompt();
      return (await prompt.userChoice).outcome === 'accepted';
    },
  };
}

function readFlag(): boolean {
  try {
    return sessionStorage.getItem(RELOAD_FLAG) !== null;
  } catch {
    return true; // no storage: never reload, it might never end
  }
}

function writeFlag(): void {
  sessionStorage.setItem(RELOAD_FLAG, '1');
}
