import type { RecordedFile } from '../worker/live-api.ts';
import { openLiveDoor } from './live-worker-door.ts';

/**
 * What a live worker that died has left of its recording, read by one that does nothing else.
 * @param name of its file; null: it grew in the memory of that worker
 * Resolves with null where nothing is left.
 */
export async function recoverRecording(
  name: string | null,
  spawnWorker: () => Worker,
): Promise<RecordedFile | null> {
  if (name === null) return null;
  const reader = openLiveDoor(
    spawnWorker,
    () => undefined,
    () => undefined,
  );
  try {
    return await reader.recoverRecording(name);
  } catch {
    return null;
  } finally {
    reader.close();
  }
}
