/** The one source of the response headers of every place that serves the app: dev, preview, hosts, service worker. */
import { parseHubs } from '../engine/models/hubs.ts';

/** Cross-origin isolation: without it WASM runs on one thread. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/**
 * The one style sheet that is made at run time: Radix's dialogs stop the page behind from scrolling
 * (react-remove-scroll-bar). The page itself never scrolls, so its text, and with it the hash, is always this one.
 */
const SCROLL_LOCK_STYLE = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='";

/** Directives that a `<meta>` element must not carry (CSP level 3, 3.3). */
const HEADER_ONLY = ['frame-ancestors'];

function listDirectives(hubList: string | undefined): readonly (readonly [string, readonly string[]])[] {
  const connectSources = parseHubs(hubList).flatMap((hub) => hub.connectSources);
  return [
    ['default-src', ["'none'"]],
    // ONNX Runtime and the hasher compile WebAssembly; nothing else is evaluated.
    ['script-src', ["'self'", "'wasm-unsafe-eval'"]],
    ['worker-src', ["'self'"]],
    ['style-src', ["'self'", SCROLL_LOCK_STYLE]],
    ['img-src', ["'self'", 'blob:', 'data:']],
    ['media-src', ["'self'", 'blob:']],
    ['font-src', ["'self'"]],
    ['manifest-src', ["'self'"]],
    // blob: models that are kept in memory where there is no private file system.
    ['connect-src', ["'self'", 'blob:', ...new Set(connectSources)]],
    ['base-uri', ["'none'"]],
    ['form-action', ["'self'"]],
    ['frame-ancestors', ["'none'"]],
  ];
}

/**
 * The content security policy. `hubList` is `VITE_HUBS`: the policy allows those hubs, the hosts that they redirect
 * to, and the default hub; nothing else is reachable. Throws for a wrong list, which stops the build.
 */
export function buildContentSecurityPolicy(
  hubList: string | undefined,
  place: 'header' | 'meta' = 'header',
): string {
  return listDirectives(hubList)
    .filter(([name]) => place === 'header' || !HEADER_ONLY.includes(name))
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/** Everything that a response of this app carries in production. */
export function buildHeaders(hubList: string | undefined): Readonly<Record<string, string>> {
  return {
    ...ISOLATION_HEADERS,
    'Content-Security-Policy': buildContentSecurityPolicy(hubList),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  };
}

/** Names under `assets/` carry a hash of their bytes: neither a visit nor the service worker asks for them twice. */
export const ASSET_CACHING = 'public, max-age=31536000, immutable';

/** The `_headers` file that static hosts read (Netlify, Cloudflare Pages). */
export function formatHeadersFile(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
  return `/*\n${lines.join('\n')}\n\n/assets/*\n  Cache-Control: ${ASSET_CACHING}\n`;
}
