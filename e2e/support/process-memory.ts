/** What the browser's pages take of the machine's memory, as the kernel counts it. */
import { readFileSync } from 'node:fs';
import type { Browser } from '@playwright/test';

interface ProcessMemory {
  readonly nowBytes: number;
  readonly peakBytes: number;
}

/** By process id; empty where the kernel does not say (not Linux). */
async function readPages(browser: Browser): Promise<Map<number, ProcessMemory>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = new Map<number, ProcessMemory>();
  for (const { id, type } of processInfo) {
    if (type !== 'renderer') continue;
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
      pages.set(id, { nowBytes: read('VmRSS'), peakBytes: read('VmHWM') });
    } catch {
      // It has ended meanwhile, or there is no /proc.
    }
  }
  return pages;
}

/** Starts a measurement. The function it gives says by how much, at most, a page has grown since; null where unknown. */
export async function watchPageMemory(browser: Browser): Promise<() => Promise<number | null>> {
  const before = await readPages(browser);
  return async () => {
    const growths = [...(await readPages(browser))].flatMap(([id, { peakBytes }]) => {
      const start = before.get(id);
      // A peak of earlier on says nothing.
      return start === undefined || peakBytes === start.peakBytes ? [] : [peakBytes - start.nowBytes];
    });
    return growths.length === 0 ? null : Math.max(...growths);
  };
}
