/** Serves a production build with the headers of `vite preview`, for checks, screenshots and benchmarks. */
import { preview } from 'vite';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `dist/` on a local port, 0 being one that is free; the caller closes it. Throws when the port is taken. */
export async function serveBuild(port: number): Promise<Site> {
  const server = await preview({
    logLevel: 'warn',
    preview: { port, strictPort: true, host: '127.0.0.1', open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
