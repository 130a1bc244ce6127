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
  /** Milliseconds to a session, from the installed files or from buffers that are there already. */
  async time(name: string, from: 'storage' | 'buffers'): Promise<number> {
    const { worker, remote } = startWorker();
    await remote.prepare(name, from === 'buffers');
    const ms = await remote.create(name, from);
    worker.terminate();
    return ms;
  },
  /** A worker with its runtime and no model: the baseline of memory. */
  async start(name: string): Promise<void> {
    held = startWorker();
    await held.remote.prepare(name, false);
    await held.remote.collect();
  },
  async create(name: string): Promise<void> {
    await held?.remote.create(name, 'storage');
    await held?.remote.collect();
  },
  stop(): void {
    held?.worker.terminate();
    held = null;
  },
};

export type Sessions = typeof sessions;
Object.assign(window, { sessions });
