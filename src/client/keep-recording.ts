import { EngineError } from '../engine/errors.ts';
import type { RecordedFile } from './live-client.types.ts';
import type { LiveOutputs } from './live-outputs.ts';
import { recoverRecording } from './recover-recording.ts';

export interface RecordingKeeper {
  readonly spawnWorker: () => Worker;
  /** It ended with its source (stopped, unplugged, or the page was left), or with its worker. */
  readonly onRecorded?: (file: RecordedFile, why: 'source-ended' | 'worker-died') => void;
  /** It died with its worker, and nothing of it was on disk. */
  readonly onRecordingLost?: () => void;
}

/** Saves what is being recorded, whatever ends it: the source, the user, or the worker's death. */
export function keepRecording(
  outputs: LiveOutputs,
  { spawnWorker, onRecorded, onRecordingLost }: RecordingKeeper,
): void {
  if (!outputs.isRecording) return;
  const { recordingName } = outputs;
  outputs.stopRecording().then(
    (file) => onRecorded?.(file, 'source-ended'),
    async (error: unknown) => {
      // A recording without a frame is none.
      if (!(error instanceof EngineError) || error.code !== 'WORKER_CRASHED') return;
      const file = await recoverRecording(recordingName, spawnWorker);
      if (file === null) onRecordingLost?.();
      else onRecorded?.(file, 'worker-died');
    },
  );
}
