/** The one source of the response headers of every place that serves the app: dev, preview, hosts, service worker. */

/** Cross-origin isolation: without it WASM runs on one thread. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;
