/** Serves a production build with the headers of `vite preview`, for checks, screenshots and benchmarks. */
import { preview, type Plugin } from 'vite';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

export interface BuildSite extends Site {
  /** Served in place of what the build has, by path. */
  readonly files: Map<string, Buffer>;
}

/** Serves `dist/` on a local port, 0 being one that is free; the caller closes it. Throws when the port is taken. */
export async function serveBuild(port: number): Promise<BuildSite> {
  const files = new Map<string, Buffer>();
  const replace: Plugin = {
    name: 'isobath:replaced-files',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        const bytes = files.get(request.url ?? '');
        if (bytes === undefined) next();
        else response.end(bytes);
      });
    },
  };
  const server = await preview({
    plugins: [replace],
    logLevel: 'warn',
    preview: { port, strictPort: true, host: '127.0.0.1', open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  return { url: `http://127.0.0.1:${address.port}/`, files, close: () => server.close() };
}
