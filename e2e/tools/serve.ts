/** Serves a production build with the headers of `vite preview`, for checks, screenshots and benchmarks. */
import { preview } from 'vite';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `dist/` on a fixed local port; the caller closes it. Throws when the port is taken. */
export async function serveBuild(port: number): Promise<Site> {
  const server = await preview({
    logLevel: 'warn',
    preview: { port, strictPort: true, host: '127.0.0.1', open: false },
  });
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
