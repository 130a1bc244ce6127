/** What the client takes from its surroundings, with the defaults of a browser page. */
import { systemClock, type Clock } from '../scheduling/clock.ts';
import type { DeviceFacts } from './backend-choice.ts';
import { probeDevice, type NavigatorFacts } from './device-facts.ts';
import { createDeviceProfile, type DeviceProfile } from './device-profile.ts';
import type { EarlyStart } from './early-start.ts';
import type { ModelMemory } from './last-model.ts';
import type { ClientSettings } from './inference-client.types.ts';
import { createFrameSchedule, type Schedule } from './snapshot-store.ts';
import { spawnInferenceWorker, type SpawnWorker } from './web-worker-slot.ts';

export interface ClientEnvironment {
  readonly settings: ClientSettings;
  readonly spawnWorker: SpawnWorker;
  /** A worker that was started before the client; see `early-start.ts`. */
  readonly takeEarlyWorker: EarlyStart['takeWorker'];
  readonly clock: Clock;
  /** Milliseconds since the epoch, for recency that outlives the page. */
  readonly wallClock: () => number;
  readonly indexedDB: IDBFactory | undefined;
  readonly cacheName: string;
  readonly probeDevice: () => Promise<DeviceFacts>;
  readonly profile: DeviceProfile;
  /** Told of every model that computed. */
  readonly modelMemory: ModelMemory;
  /** What the WebAssembly heaps of a pool take together, whenever it grows. */
  readonly onPoolHeap: (pool: object, sizeBytes: number) => void;
  readonly fetch: typeof fetch;
  /** Absolute URL of the app's base. */
  readonly baseUrl: string;
  readonly schedule: Schedule;
  /** Bound on the results kept in memory. */
  readonly memoryBudgetBytes: number;
  /** Bound on waiting tasks. */
  readonly queueLimit: number;
}

export type InferenceClientOptions = Partial<ClientEnvironment>;

export const DEFAULT_CLIENT_SETTINGS: ClientSettings = {
  executionProvider: 'auto',
  workers: 'auto',
  threads: 'auto',
  taskTimeoutMs: 60_000,
  cacheBudgetBytes: 256 * 1024 * 1024,
};

/** Reading the property throws in some private windows. */
function readProperty<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function resolveClientOptions(options: InferenceClientOptions): ClientEnvironment {
  const navigatorFacts: NavigatorFacts = navigator;
  const clock = options.clock ?? systemClock;
  return {
    settings: options.settings ?? DEFAULT_CLIENT_SETTINGS,
    spawnWorker: options.spawnWorker ?? spawnInferenceWorker,
    takeEarlyWorker: options.takeEarlyWorker ?? (() => null),
    clock,
    wallClock: options.wallClock ?? Date.now,
    // An explicit undefined means "none here".
    indexedDB: 'indexedDB' in options ? options.indexedDB : readProperty(() => globalThis.indexedDB),
    cacheName: options.cacheName ?? 'isobath-results',
    probeDevice: options.probeDevice ?? (() => probeDevice(navigatorFacts, globalThis.crossOriginIsolated)),
    modelMemory: options.modelMemory ?? { remember: () => undefined },
    profile:
      options.profile ??
      createDeviceProfile({
        storage: readProperty(() => globalThis.localStorage),
        fingerprint: navigator.userAgent,
      }),
    onPoolHeap: options.onPoolHeap ?? (() => undefined),
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
    baseUrl: options.baseUrl ?? new URL(import.meta.env.BASE_URL, location.origin).href,
    schedule: options.schedule ?? createFrameSchedule(clock.now),
    // Sixty maps of the embedded model; the rest is in storage. More would grow with the library.
    memoryBudgetBytes: options.memoryBudgetBytes ?? 12 * 1024 * 1024,
    queueLimit: options.queueLimit ?? 5000,
  };
}
