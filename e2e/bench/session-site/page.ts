/** Sessions made by the app's own platform code, apart from the app: what they take, in time and memory. */
import { wrap } from 'comlink';
import type { SessionBench } from './session.worker.ts';

/** A worker for each measurement: the memory of WebAssembly never shrinks. */
function startWorker() {
  const worker = new Worker(new URL('./session.worker.ts', import.meta.url), { type: 'module' });
  return { worker, remote: wrap<SessionBench>(worker) };
}

let held: ReturnType<typeof startWorker> | null = null;

const sessions = {
  install: (name: string, urls: readonly string[]) => startWorker().remote.install(name, urls),
  /** Milliseconds to a session: of the installed model, or of the one at this address, from a buffer. */
  async time(name: string, bufferUrl: string | null): Promise<number> {
    const { worker, remote } = startWorker();
    await remote.prepare(bufferUrl);
    const ms = await remote.create(bufferUrl === null ? name : null);
    worker.terminate();
    return ms;
  },
  /** A worker with its runtime and no model: the baseline of memory. */
  async start(): Promise<void> {
    held = startWorker();
    await held.remote.prepare(null);
    await held.remote.collect();
  },
  async create(name: string): Promise<void> {
    await held?.remote.create(name);
    await held?.remote.collect();
  },
  stop(): void {
    held?.worker.terminate();
    held = null;
  },
};

export type Sessions = typeof sessions;
Object.assign(window, { sessions });
