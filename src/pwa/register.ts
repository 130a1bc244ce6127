/** The page's side of the installed app: offline state, updates, installation, one reload to become isolated. */
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
  /** A reload would let the page use all cores; not done by itself, because somebody works with the page already. */
  readonly canReloadForThreads: boolean;
}

export interface AppShell {
  subscribe(listener: () => void): () => void;
  getSnapshot(): ShellSnapshot;
  /** Registers the service worker, which fetches the whole app: call it once, when nothing else needs the line. */
  start(): Promise<void>;
  /** Work runs in this tab until the returned function is called: updates wait. */
  holdWork(): () => void;
  /** Takes the new version when every tab is idle, and reloads them. */
  applyUpdate(): Promise<void>;
  checkForUpdate(): Promise<void>;
  reloadForThreads(): void;
  /** Shows the browser's question; true: accepted. */
  install(): Promise<boolean>;
}

const RELOAD_FLAG = 'isobath.isolation-reload';

export interface AppShellOptions {
  /** Address of the service worker and its scope; null: none (dev server). */
  readonly serviceWorkerUrl: string | null;
  readonly scope: string;
  /** Asked when the app is kept for the first time: is its WebGPU runtime in use? */
  readonly usesWebGpu: () => boolean;
}

/** Once per page. `start` never rejects: without a service worker the app is the same, only not offline. */
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
    wasReloadedForThreads: self.crossOriginIsolated && takeReloadNews(),
    canReloadForThreads: false,
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

  let isTouched = false;
  for (const type of ['pointerdown', 'keydown', 'drop']) {
    window.addEventListener(type, () => (isTouched = true), { once: true, capture: true });
  }

  // From the start: another tab may bring a new version before this one has asked for anything.
  let hadController = Boolean(container?.controller);
  container?.addEventListener('controllerchange', () => {
    if (!hadController) {
      hadController = true;
      void isolateOnce();
      return;
    }
    // Another version took over, here or in another tab: its files are the ones that are kept now.
    update({ update: 'reloading' });
    location.reload();
  });

  /** The worker now adds the headers that the host does not: one reload makes the page isolated. */
  async function isolateOnce(): Promise<void> {
    if (self.crossOriginIsolated || readFlag()) return;
    await busy.whenAllIdle(() => {
      // Who has clicked or typed is asked first; the next visit is isolated anyway.
      if (isTouched) update({ canReloadForThreads: true });
      else reloadForThreads();
      return Promise.resolve();
    });
  }

  async function start(): Promise<void> {
    const { serviceWorkerUrl: url, scope, usesWebGpu } = options;
    if (container === undefined || url === null) return;
    try {
      const { followRegistration } = await import('./follow-registration.ts');
      registration = await followRegistration(container, { url, scope, usesWebGpu, onChange: update });
    } catch {
      // The network went before this code came: once more when it is back.
      window.addEventListener('online', () => void start(), { once: true });
    }
    if (registration === null) update({ offline: 'failed' });
    else if (registration.active !== null) update({ offline: 'ready' });
  }

  function reloadForThreads(): void {
    writeFlag();
    location.reload();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    start,
    reloadForThreads,
    holdWork: () => busy.hold(),
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
  sessionStorage.setItem(RELOAD_FLAG, 'new');
}

/** True on the first page after the reload: once said, it is no news. The flag stays, so that there is no second one. */
function takeReloadNews(): boolean {
  try {
    const isNew = sessionStorage.getItem(RELOAD_FLAG) === 'new';
    if (isNew) sessionStorage.setItem(RELOAD_FLAG, 'said');
    return isNew;
  } catch {
    return false;
  }
}
