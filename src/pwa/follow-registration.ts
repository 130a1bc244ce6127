/** Registers the service worker and follows its versions. Loaded late: the first paint needs none of it. */
import { keepWebGpuRuntime } from './keep-runtime.ts';
import type { ShellSnapshot } from './register.ts';

export interface FollowOptions {
  readonly url: string;
  readonly scope: string;
  readonly usesWebGpu: () => boolean;
  readonly onChange: (change: Partial<Pick<ShellSnapshot, 'offline' | 'update'>>) => void;
}

/** Null where the browser or the host refuses. */
export async function followRegistration(
  container: ServiceWorkerContainer,
  { url, scope, usesWebGpu, onChange }: FollowOptions,
): Promise<ServiceWorkerRegistration | null> {
  const isFirst = container.controller === null;
  // Whoever blocks service workers (extensions, test drivers) may resolve with nothing, whatever the types say.
  const registered: Promise<ServiceWorkerRegistration | undefined> = container.register(url, {
    scope,
    updateViaCache: 'none',
  });
  const registration = await registered.catch(() => undefined);
  if (registration === undefined) return null;
  watchWorker(registration.waiting, !isFirst, onChange);
  watchWorker(registration.installing, !isFirst, onChange);
  registration.addEventListener('updatefound', () => {
    watchWorker(registration.installing, container.controller !== null, onChange);
  });
  void untilControlled(container)
    .then(() => keepWebGpuRuntime(usesWebGpu()))
    .catch(() => undefined);
  return registration;
}

/** The first version takes the page over a moment after it is active. */
function untilControlled(container: ServiceWorkerContainer): Promise<void> {
  return new Promise((resolve) => {
    if (container.controller !== null) resolve();
    else container.addEventListener('controllerchange', () => resolve(), { once: true });
  });
}

function watchWorker(
  worker: ServiceWorker | null,
  isUpdate: boolean,
  onChange: FollowOptions['onChange'],
): void {
  if (worker === null) return;
  let wasInstalled = false;
  const look = (): void => {
    if (worker.state === 'installed') {
      wasInstalled = true;
      if (isUpdate) onChange({ update: 'ready' });
    }
    if (worker.state === 'activated') onChange({ offline: 'ready' });
    // A first version that could not be fetched or stored; a failed update leaves the old one at work.
    if (worker.state === 'redundant' && !isUpdate && !wasInstalled) onChange({ offline: 'failed' });
  };
  worker.addEventListener('statechange', look);
  look();
}
