/** Counts what must be given back by hand, in a page and in its workers: object URLs and ImageBitmaps. */
import type { Page } from '@playwright/test';

export interface OpenObjects {
  /** Created and not revoked. */
  readonly urls: number;
  /** Made or received, and neither closed nor handed on. */
  readonly bitmaps: number;
}

/** Runs first in every realm. Holds bitmaps itself, so that one which is forgotten is counted, not collected. */
function install(): void {
  const urls = new Set<string>();
  const bitmaps = new Set<ImageBitmap>();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (object) => {
    const url = createObjectURL.call(URL, object);
    urls.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    urls.delete(url);
    revokeObjectURL.call(URL, url);
  };
  const create = globalThis.createImageBitmap as (...args: unknown[]) => Promise<ImageBitmap>;
  globalThis.createImageBitmap = async (...args: unknown[]) => {
    const bitmap = await create(...args);
    bitmaps.add(bitmap);
    return bitmap;
  };
  const { transferToImageBitmap } = OffscreenCanvas.prototype;
  OffscreenCanvas.prototype.transferToImageBitmap = function (this: OffscreenCanvas) {
    const bitmap = transferToImageBitmap.call(this);
    bitmaps.add(bitmap);
    return bitmap;
  };
  const collect = (value: unknown, level: number): void => {
    if (value instanceof ImageBitmap) bitmaps.add(value);
    else if (typeof value === 'object' && value !== null && level < 6 && !ArrayBuffer.isView(value)) {
      for (const inner of Object.values(value)) collect(inner, level + 1);
    }
  };
  // Messages are read before anybody else reads them: from workers in the page, from the page in workers.
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...args) {
    const [type, listener] = args;
    if (type !== 'message' || typeof listener !== 'function') return addEventListener.apply(this, args);
    const isKnown = Object.hasOwn(this, 'isCounted');
    if (!isKnown) {
      Object.defineProperty(this, 'isCounted', { value: true });
      addEventListener.call(this, 'message', (event) => collect((event as MessageEvent).data, 0));
    }
    return addEventListener.apply(this, args);
  };
  Object.assign(globalThis, {
    // A bitmap that is closed or was transferred has no width.
    readOpenObjects: () => ({
      urls: urls.size,
      bitmaps: [...bitmaps].filter(({ width }) => width > 0).length,
    }),
  });
}

const PRELUDE = `(${install.toString()})();`;

/** Before the page is opened. */
export async function countOpenObjects(page: Page): Promise<void> {
  await page.addInitScript(PRELUDE);
  await page.route(/\.worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${PRELUDE}\n${await response.text()}` });
  });
}

function read(): OpenObjects {
  return (globalThis as unknown as { readOpenObjects(): OpenObjects }).readOpenObjects();
}

/** Workers of one name are added up. */
export async function readOpenObjects(
  page: Page,
): Promise<{ readonly page: OpenObjects; readonly workers: Readonly<Record<string, OpenObjects>> }> {
  const workers: Record<string, OpenObjects> = {};
  for (const worker of page.workers()) {
    const name = /([a-z]+)\.worker-/.exec(worker.url())?.[1];
    // Workers of the runtime (its threads) are none of ours.
    if (name === undefined) continue;
    const open = await worker.evaluate(read);
    const sum = workers[name] ?? { urls: 0, bitmaps: 0 };
    workers[name] = { urls: sum.urls + open.urls, bitmaps: sum.bitmaps + open.bitmaps };
  }
  return { page: await page.evaluate(read), workers };
}
