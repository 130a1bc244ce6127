import { describe, expect, it } from 'vitest';
import { runStep } from './run-step.ts';

describe('runStep', () => {
  it('gives the exit code of the command', async () => {
    const outcome = await runStep(['node', '-e', 'process.exit(3)'], { timeoutMs: 30_000 });
    expect(outcome).toMatchObject({ code: 3, isTimeout: false });
  });

  it('kills a command that does not end, with what it started', async () => {
    // The child would outlive a killed shell.
    const outcome = await runStep(['sh', '-c', 'sleep 600 & sleep 600'], { timeoutMs: 300 });
    expect(outcome).toMatchObject({ code: null, isTimeout: true });
  });

  it('fails when the command does not exist', async () => {
    const outcome = await runStep(['/nonexistent/command'], { timeoutMs: 30_000 });
    expect(outcome).toMatchObject({ code: null, isTimeout: false });
  });
});
