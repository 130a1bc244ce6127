/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Comma-separated origins of model hubs that this deployment allows beside the default. */
  readonly VITE_HUBS?: string;
}
