/**
 * Keeps the app shell for offline use and gives every response of this origin the app's headers, so that pages are
 * isolated on hosts that cannot set any. Models are none of its business: their owner is the storage worker.
 */
import {
  addPlugins,
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute, setDefaultHandler } from 'workbox-routing';
import { CacheFirst, NetworkOnly } from 'workbox-strategies';
import { buildHeaders } from './headers.ts';
import { RUNTIME_CACHE } from './runtime-cache.ts';
import { keepSharedFiles, SHARE_TARGET_FIELD, SHARE_TARGET_PATH, SHARED_PARAMETER } from './share-target.ts';

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
};

const HEADERS = buildHeaders(import.meta.env.VITE_HUBS);
const BASE = new URL(import.meta.env.BASE_URL, self.location.origin);

/** The response with the app's headers. Opaque answers and redirects cannot be rebuilt and stay as they are. */
function addHeaders(response: Response): Response {
  if (response.type === 'opaque' || response.type === 'opaqueredirect' || response.status === 0)
    return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  const body = [101, 204, 205, 304].includes(response.status) ? null : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

/**
 * Kept files carry the headers of the version that fetched them. Only where those have changed is the answer rebuilt:
 * the browser keeps compiled code beside a stored answer, and would not use it for a copy.
 */
function refreshHeaders(response: Response): Response {
  const isSame = Object.entries(HEADERS).every(([name, value]) => response.headers.get(name) === value);
  return isSame ? response : addHeaders(response);
}

const withHeaders = {
  cachedResponseWillBeUsed: ({ cachedResponse }: { cachedResponse?: Response }) =>
    Promise.resolve(cachedResponse === undefined ? undefined : refreshHeaders(cachedResponse)),
  fetchDidSucceed: ({ response }: { response: Response }) => Promise.resolve(addHeaders(response)),
};

/** What the first map has just fetched is asked for again, not downloaded again: the host answers 304 where it can. */
const revalidate = {
  requestWillFetch: ({ request }: { request: Request }) =>
    Promise.resolve(request.cache === 'reload' ? new Request(request, { cache: 'no-cache' }) : request),
};

cleanupOutdatedCaches();
addPlugins([withHeaders, revalidate]);
precacheAndRoute([...self.__WB_MANIFEST], {
  // `?model=`, `?view=` and the like open the same page.
  ignoreURLParametersMatching: [/.*/],
});
registerRoute(
  new NavigationRoute(createHandlerBoundToURL(new URL('index.html', BASE).href), {
    denylist: [new RegExp(`${SHARE_TARGET_PATH}$`)],
  }),
);
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && /\/assets\/.*\.(wasm|mjs)$/.test(url.pathname),
  new CacheFirst({ cacheName: RUNTIME_CACHE, plugins: [withHeaders] }),
);
registerRoute(({ sameOrigin }) => sameOrigin, new NetworkOnly({ plugins: [withHeaders] }));

// A model hub's answers, or a user's model: straight to the network, unseen.
setDefaultHandler(new NetworkOnly());

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname === new URL(SHARE_TARGET_PATH, BASE).pathname,
  async ({ request }) => {
    const form = await request.formData();
    const files = form.getAll(SHARE_TARGET_FIELD).filter((entry): entry is File => entry instanceof File);
    await keepSharedFiles(files);
    return Response.redirect(new URL(`./?${SHARED_PARAMETER}=1`, BASE).href, 303);
  },
  'POST',
);

self.addEventListener('message', (event) => {
  // Only when every tab is idle: the page that asks holds the lock (register.ts).
  if ((event.data as { type?: string } | null)?.type === 'skip-waiting') void self.skipWaiting();
});
// Not waited for: Firefox claims dedicated workers as well, and one that sleeps in `Atomics.wait` (a thread of ONNX
// Runtime) never answers; activation would not end, and every navigation and request would hang with it.
self.addEventListener('activate', () => void self.clients.claim());
