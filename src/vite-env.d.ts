/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Comma-separated origins of model hubs that this deployment allows beside the default. */
  readonly VITE_HUBS?: string;
  /** The build has a service worker; never in development. */
  readonly HAS_SERVICE_WORKER?: boolean;
}
