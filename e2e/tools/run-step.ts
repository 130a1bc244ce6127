/** Runs one command of a check, never longer than its limit. */
import { spawn } from 'node:child_process';

export interface StepOutcome {
  /** Exit code; null when the limit passed or the command could not start. */
  readonly code: number | null;
  readonly isTimeout: boolean;
  readonly seconds: number;
}

/** Runs `command` with its output shown and no input. After `timeoutMs` the whole process group is killed. */
export function runStep(
  command: readonly string[],
  options: { readonly timeoutMs: number; readonly env?: NodeJS.ProcessEnv },
): Promise<StepOutcome> {
  const [file = '', ...args] = command;
  const startedMs = performance.now();
  return new Promise((resolve) => {
    // A group of its own, so that a killed step takes its browsers and servers with it.
    const child = spawn(file, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, ...options.env },
    });
    let isTimeout = false;
    const killGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group has ended already.
      }
    };
    const onInterrupt = () => {
      killGroup();
      process.exit(130);
    };
    process.once('SIGINT', onInterrupt);
    process.once('SIGTERM', onInterrupt);
    const timer = setTimeout(() => {
      isTimeout = true;
      killGroup();
    }, options.timeoutMs);
    const finish = (code: number | null) => {
      clearTimeout(timer);
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
      // What outlived its parent would hold ports and memory of the next step.
      killGroup();
      resolve({ code: isTimeout ? null : code, isTimeout, seconds: (performance.now() - startedMs) / 1000 });
    };
    child.once('error', (error) => {
      console.error(`${file}: ${error.message}`);
      finish(null);
    });
    // 'exit', not 'close': a grandchild that keeps the output open must not keep us waiting.
    child.once('exit', finish);
  });
}
