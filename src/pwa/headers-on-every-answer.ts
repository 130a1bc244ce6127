/** The app's headers on every answer of the dev server and of the production preview. */
import type { Connect, Plugin } from 'vite';

/**
 * Vite sets `server.headers` and `preview.headers` on files only, not on `304 Not Modified`. WebKit checks a worker's
 * isolation by the headers of just that answer: without them every second reload in Safari had no workers at all.
 */
export function serveHeadersAlways(
  devHeaders: Readonly<Record<string, string>>,
  previewHeaders: Readonly<Record<string, string>>,
): Plugin {
  const setAll =
    (headers: Readonly<Record<string, string>>): Connect.NextHandleFunction =>
    (_request, response, next) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      next();
    };
  return {
    name: 'isobath:headers-on-every-answer',
    configureServer: (server) => void server.middlewares.use(setAll(devHeaders)),
    configurePreviewServer: (server) => void server.middlewares.use(setAll(previewHeaders)),
  };
}
