/** What the user wants to see: opened, closed, and tried again when its device comes back. */
import type { LiveProblem, LiveSource } from './live-client.types.ts';
import { isDeviceProblem, LiveSourceError } from './live-problems.ts';
import { openSource, problemOfEnd, type OpenSource } from './live-sources.ts';

export interface LiveInputOptions {
  /** `isQuiet`: a try that nobody asked for; what is on screen stays until it succeeds. */
  readonly onOpening: (next: LiveSource, isQuiet: boolean) => void;
  /** What it throws counts as a problem of the source. `isCurrent`: false once another one was asked for. */
  readonly onOpen: (opened: OpenSource, isCurrent: () => boolean) => Promise<void>;
  /** Its frames end now. */
  readonly onClosing: () => void;
  readonly onProblem: (problem: LiveProblem) => void;
}

export interface LiveInput {
  /** Null: nothing is open. */
  readonly source: OpenSource | null;
  /** In place of what is open; what goes wrong is told as a problem. */
  open(next: LiveSource): Promise<void>;
  /** A device may have come back. */
  retry(): void;
  /** The user allows the camera after all. */
  retryRefused(): void;
  /** Somebody else saw frames end; the track knows better. */
  checkEnd(): void;
  /** It is of no use any more, whoever says so; what is wanted is kept. */
  fail(problem: LiveProblem): void;
  /** Nothing is wanted any more. */
  close(): void;
}

/** A camera that another program uses gives no sign when it is free. */
const RETRY_MS = 3000;

export function createLiveInput(options: LiveInputOptions): LiveInput {
  let source: OpenSource | null = null;
  /** Kept while its device is away. */
  let wanted: LiveSource | null = null;
  let problem: LiveProblem | null = null;
  let openCount = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  function closeSource(): void {
    clearTimeout(retryTimer);
    options.onClosing();
    source?.close();
    source = null;
  }

  function fail(next: LiveProblem): void {
    closeSource();
    problem = next;
    options.onProblem(next);
    if (next === 'in-use') retryTimer = setTimeout(retry, RETRY_MS);
  }

  function onEnded(kind: LiveSource['kind']): void {
    if (source?.kind === kind) fail(problemOfEnd(kind));
  }

  function retry(): void {
    if (wanted?.kind === 'camera' && isDeviceProblem(problem)) void open(wanted, true);
  }

  async function open(next: LiveSource, isQuiet: boolean): Promise<void> {
    const opening = ++openCount;
    wanted = next;
    if (!isQuiet) problem = null;
    closeSource();
    options.onOpening(next, isQuiet);
    try {
      const opened = await openSource(next, () => onEnded(next.kind));
      // Stopped, or another source was chosen, while the browser asked the user.
      if (opening !== openCount) {
        opened.close();
        return;
      }
      source = opened;
      problem = null;
      await options.onOpen(opened, () => opening === openCount && source === opened);
    } catch (error) {
      if (opening !== openCount) return;
      fail(error instanceof LiveSourceError ? error.problem : 'unsupported');
    }
  }

  return {
    get source() {
      return source;
    },
    open: (next) => open(next, false),
    retry,
    retryRefused() {
      if (problem === 'refused' && wanted !== null) void open(wanted, false);
    },
    checkEnd() {
      if (source?.track?.readyState === 'ended') onEnded(source.kind);
    },
    fail,
    close() {
      openCount += 1;
      wanted = null;
      problem = null;
      closeSource();
    },
  };
}
