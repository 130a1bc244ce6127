/** What a worker method gives back: failures cross the boundary as data, because Comlink drops codes and classes. */
import type { Reply } from '../engine/api.ts';
import { toWireError } from '../engine/errors.ts';

/** Runs `work` and packs its outcome. */
export async function replyOf<T>(work: () => Promise<T> | T): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toWireError(error) };
  }
}
