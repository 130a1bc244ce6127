/** Serving without packing on the fly, where packing costs more than it saves. */
import type { Plugin } from 'vite';

const OWN_MACHINE = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * Takes away `Accept-Encoding` for the production preview: for a browser on this machine no network gets shorter, and
 * weights do not shrink for anyone (a third of a second of a core for each visitor).
 */
export function serveAsItIs(): Plugin {
  return {
    name: 'isobath:serve-as-it-is',
    configurePreviewServer(server) {
      server.middlewares.use((request, _response, next) => {
        const isHere = OWN_MACHINE.has(request.socket.remoteAddress ?? '');
        if (isHere || request.url?.includes('.onnx')) delete request.headers['accept-encoding'];
        next();
      });
    },
  };
}
