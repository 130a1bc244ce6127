/** From what browsers throw to what a user can do about it. */
import type { LiveProblem, LiveSourceKind } from './live-client.types.ts';

/** Thrown by sources. */
export class LiveSourceError extends Error {
  override readonly name = 'LiveSourceError';
  readonly problem: LiveProblem;

  constructor(problem: LiveProblem, cause?: unknown) {
    super(`No picture: ${problem}`, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}

/** The problem behind a failed `getUserMedia` or `getDisplayMedia`. */
export function classifyMediaError(error: unknown, kind: LiveSourceKind): LiveProblem {
  if (error instanceof LiveSourceError) return error.problem;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return kind === 'screen' ? 'screen-cancelled' : 'refused';
    case 'SecurityError':
      return kind === 'camera' ? 'refused' : 'unsupported';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return kind === 'camera' ? 'no-camera' : 'unsupported';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return kind === 'camera' ? 'in-use' : 'unsupported';
    default:
      return 'unsupported';
  }
}

/** Problems that go away when a device comes back. */
export function isDeviceProblem(problem: LiveProblem | null): boolean {
  return problem === 'no-camera' || problem === 'in-use' || problem === 'unplugged';
}
