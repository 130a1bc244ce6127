/** Memory of a browser and all its processes, from the kernel's own books: what a page's figures leave out is in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const KIB = 1024;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process ended meanwhile
  }
}

function readField(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

/** The browser that was started with this profile, and its descendants. */
function listProcesses(profile: string): number[] {
  const parents = new Map<number, number>();
  let root = 0;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    parents.set(pid, readField(readText(`/proc/${pid}/status`), 'PPid'));
    const command = readText(`/proc/${pid}/cmdline`);
    if (command.includes(`--user-data-dir=${profile}`) && !command.includes('--type=')) root = pid;
  }
  const isBelowRoot = (pid: number): boolean =>
    pid === root || (parents.has(pid) && pid > 1 && isBelowRoot(parents.get(pid) ?? 0));
  return [...parents.keys()].filter((pid) => root > 0 && isBelowRoot(pid));
}

/** Bytes in RAM that no file stands behind: heaps, WebAssembly memory, buffers between processes. */
export function readMemory(profile: string): number {
  return listProcesses(profile).reduce((sum, pid) => {
    const status = readText(`/proc/${pid}/status`);
    return sum + (readField(status, 'RssAnon') + readField(status, 'RssShmem')) * KIB;
  }, 0);
}

/** The kernel's books are Linux's; elsewhere the rows about memory are left out. */
export function canReadMemory(): boolean {
  return existsSync('/proc/self/status');
}

/** Looks again and again until stopped; `stop` gives the most that was seen. */
export function watchPeak(profile: string, intervalMs = 40): { stop(): number } {
  let peakBytes = readMemory(profile);
  const timer = setInterval(() => (peakBytes = Math.max(peakBytes, readMemory(profile))), intervalMs);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(peakBytes, readMemory(profile));
    },
  };
}
