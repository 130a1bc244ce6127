/** Copying apart from React: what is waited for, and how it ends. */

/** The picture is being made; or it is made, and the browser has yet to allow or take it. */
export type CopyPhase = 'making' | 'asking';

export type CopyEnd = 'copied' | 'denied' | 'unanswered';

/** Long enough to read a question of the browser; one that was overlooked ends here. */
const ANSWER_TIMEOUT_MS = 30_000;

export interface MakeOptions {
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
}

interface CopyOptions {
  readonly signal: AbortSignal;
  makePng(options: MakeOptions): Promise<Blob>;
  /** `navigator.clipboard.write`, for one PNG. */
  write(png: Promise<Blob>): Promise<void>;
  onChange(phase: CopyPhase, fraction: number | null): void;
}

/**
 * Copies a picture. Calls `write` in the same turn: Safari allows copying only in the turn of the press. Rejects with
 * `signal.reason`, and with what making the picture threw. The browser cannot be asked to stop waiting: what it allows
 * after an abort or the time limit is still copied.
 */
export async function copyPicture(options: CopyOptions): Promise<CopyEnd> {
  const { signal, makePng, write, onChange } = options;
  signal.throwIfAborted();
  const making = new AbortController();
  const stops: (() => void)[] = [() => making.abort()];
  try {
    return await new Promise<CopyEnd>((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      stops.push(() => signal.removeEventListener('abort', abort));

      onChange('making', null);
      const png = makePng({
        signal: making.signal,
        onProgress: (fraction) => making.signal.aborted || onChange('making', fraction),
      });
      // Before `write`: where there is no picture, the browser refuses, and the reason is ours to tell.
      png.then(() => {
        if (making.signal.aborted) return;
        onChange('asking', null);
        const timer = setTimeout(() => resolve('unanswered'), ANSWER_TIMEOUT_MS);
        stops.push(() => clearTimeout(timer));
      }, reject);
      write(png).then(
        () => resolve('copied'),
        () => resolve('denied'),
      );
    });
  } finally {
    for (const stop of stops) stop();
  }
}
