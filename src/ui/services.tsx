/** The doors to everything behind the UI, given by the composition root (main.tsx). */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ClientSnapshot, InferenceClient } from '../client/inference-client.types.ts';
import type { BackendMeasuring } from '../client/backend-measuring.ts';
import type { DeviceProfile } from '../client/device-profile.ts';
import type { LibrarySnapshot, ModelLibrary } from '../client/model-library.types.ts';
import type { PictureClient } from '../client/picture-client.types.ts';
import type { AppShell } from '../pwa/register.ts';
import type { LibraryCommands } from './library/library-commands.types.ts';
import type { LibraryPersistence } from './library/library-persistence.ts';

export interface Services {
  readonly client: InferenceClient;
  readonly pictures: PictureClient;
  readonly models: ModelLibrary;
  /** What was learnt of this device. */
  readonly profile: DeviceProfile;
  /** What measures ways to compute; its code loads with the first call. */
  readonly openMeasuring: () => Promise<BackendMeasuring>;
  /** The installed app. */
  readonly shell: AppShell;
  /** What a user does with pictures. */
  readonly library: LibraryCommands;
  /** What is kept of the library for the next visit. */
  readonly persistence: LibraryPersistence;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

/** Throws outside of a provider: a missing composition root is a programming error. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices needs a <ServicesProvider>');
  return services;
}

/** A part of the client's snapshot; re-renders only when the selected value changes identity. */
export function useClientSnapshot<T>(select: (snapshot: ClientSnapshot) => T): T {
  const { client } = useServices();
  return useSyncExternalStore(client.subscribe, () => select(client.getSnapshot()));
}

/** A part of what is known of the models; as {@link useClientSnapshot}. */
export function useModelSnapshot<T>(select: (snapshot: LibrarySnapshot) => T): T {
  const { models } = useServices();
  return useSyncExternalStore(models.subscribe, () => select(models.getSnapshot()));
}
