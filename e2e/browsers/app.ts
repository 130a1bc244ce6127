/** The app as journeys see it: through its stable hooks, in whatever browser. */
import { fileURLToPath } from 'node:url';
import { decode, type DecodedPng } from 'fast-png';
import { expect } from 'vitest';
import { MAPS, PICTURES, readField } from '../support/in-page.ts';
import type { DrivenPage } from './driver.ts';

export interface JourneyApp {
  readonly page: DrivenPage;
  /** Opens the app with URL parameters; on the page of photos waits until it takes some. */
  open(params?: Readonly<Record<string, string>>): Promise<void>;
  /** Files of `e2e/fixtures`, through the file input of that test id. */
  give(input: string, paths: readonly string[]): Promise<void>;
  /** Pictures of `e2e/fixtures/images`. */
  add(names: readonly string[]): Promise<void>;
  /** Waits until the library tells so many pictures. */
  untilCounts(counts: {
    readonly total?: number;
    readonly done?: number;
    readonly failed?: number;
  }): Promise<void>;
  /** Waits until a reload will find so many pictures, and at least so many maps. */
  untilStored(counts: { readonly pictures: number; readonly maps: number }): Promise<void>;
  /** `data-*` of the first element that `selector` finds; null where there is none. */
  read(selector: string): Promise<Record<string, string> | null>;
  /** The same of all. */
  readAll(selector: string): Promise<readonly Readonly<Record<string, string | undefined>>[]>;
  /** What is written there, of each. */
  texts(selector: string): Promise<string[]>;
  select(name: string): Promise<void>;
  /** Presses the button, radio or switch of that name. */
  press(name: string): Promise<void>;
  /** The file that a press on `action` would save. */
  save(action: string): Promise<{ name: string; bytes: Buffer }>;
  /** What is on screen where the viewer is, once it stands still. */
  pixels(): Promise<DecodedPng>;
  /** What is on screen where the canvas is, at this moment. */
  look(canvas: string): Promise<DecodedPng>;
}

const FIXTURES = new URL('../fixtures/', import.meta.url);
const CANVAS = '[data-testid="viewer-canvas"]';

/** A card of the film strip. */
export const cardOf = (name: string): string => `[data-testid="card"][data-name="${name}"]`;

/** Marks the control that is being pressed: what runs in the page can call nothing of ours. */
const PRESSED = 'data-journey-pressed';

/** In the page: marks the button, radio or switch of that name; false while there is none that can be pressed. */
function markControl([name, mark]: readonly [name: string, mark: string]): boolean {
  const controls = [...document.querySelectorAll<HTMLElement>('button, [role=radio], [role=switch]')];
  const control = controls.find((element) => (element.ariaLabel ?? element.innerText.trim()) === name);
  for (const element of controls) element.toggleAttribute(mark, element === control);
  return control !== undefined && !control.matches(':disabled, [aria-disabled=true]');
}

/** In the page: presses, and gives the file instead of saving it. Bytes travel as base64. */
async function catchFile(mark: string): Promise<{ name: string; base64: string }> {
  const { createObjectURL } = URL;
  const { click } = HTMLAnchorElement.prototype;
  const blobs = new Map<string, Blob>();
  try {
    const { name, blob } = await new Promise<{ name: string; blob: Blob }>((resolve) => {
      URL.createObjectURL = (source: Blob) => {
        const url = createObjectURL(source);
        blobs.set(url, source);
        return url;
      };
      HTMLAnchorElement.prototype.click = function () {
        const saved = blobs.get(this.href);
        if (saved === undefined) click.call(this);
        else resolve({ name: this.download, blob: saved });
      };
      document.querySelector<HTMLElement>(`[${mark}]`)?.click();
    });
    const reader = new FileReader();
    const read = new Promise((resolve, reject) => {
      reader.onload = resolve;
      reader.onerror = reject;
    });
    reader.readAsDataURL(blob);
    await read;
    return { name, base64: String(reader.result).split(',')[1] ?? '' };
  } finally {
    URL.createObjectURL = createObjectURL;
    HTMLAnchorElement.prototype.click = click;
  }
}

function crop(image: DecodedPng, x: number, y: number, width: number, height: number): DecodedPng {
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * channels;
    data.set(image.data.subarray(start, start + width * channels), row * width * channels);
  }
  return { ...image, width, height, data };
}

export function createJourneyApp(page: DrivenPage, url: string): JourneyApp {
  const read = (selector: string) =>
    page.evaluate((wanted) => {
      const element = document.querySelector<HTMLElement>(wanted);
      return element === null ? null : ({ ...element.dataset } as Record<string, string>);
    }, selector);
  const untilControl = (name: string) =>
    expect
      .poll(() => page.evaluate(markControl, [name, PRESSED] as const), { message: `a control ${name}` })
      .toBe(true);
  const give = async (input: string, paths: readonly string[]) => {
    const selector = `[data-testid="${input}"]`;
    await expect.poll(() => read(selector)).not.toBeNull();
    await page.setFiles(
      selector,
      paths.map((path) => fileURLToPath(new URL(path, FIXTURES))),
    );
  };
  const cropTo = async (canvas: string, shot: Buffer): Promise<DecodedPng> => {
    const place = await page.evaluate((selector) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      return box && [box.x, box.y, box.width, box.height].map((side) => Math.round(side * devicePixelRatio));
    }, canvas);
    if (place === undefined) throw new Error(`no canvas ${canvas}`);
    const [x = 0, y = 0, width = 0, height = 0] = place;
    return crop(decode(shot), x, y, width, height);
  };
  return {
    page,
    read,
    async press(name) {
      await untilControl(name);
      await page.evaluate((mark) => document.querySelector<HTMLElement>(`[${mark}]`)?.click(), PRESSED);
    },
    async open(params = {}) {
      await page.goto(`${url}?${new URLSearchParams(params).toString()}`);
      const shown = params.view === undefined ? 'library' : 'file-input';
      await expect.poll(() => read(`[data-testid="${shown}"]`)).not.toBeNull();
    },
    give,
    add: (names) =>
      give(
        'file-input',
        names.map((name) => `images/${name}`),
      ),
    async untilCounts({ total, done, failed }) {
      const wanted = { count: total, countDone: done, countFailed: failed };
      const told = Object.entries(wanted).flatMap(([key, count]) =>
        count === undefined ? [] : [[key, String(count)]],
      );
      await expect
        .poll(() => read('[data-testid="library"]'), { timeout: 80_000 })
        .toMatchObject(Object.fromEntries(told) as Record<string, string>);
    },
    async untilStored({ pictures, maps }) {
      const count = async (field: typeof PICTURES | typeof MAPS) =>
        (await page.evaluate(readField, field)).length;
      await expect.poll(() => count(PICTURES)).toBe(pictures);
      await expect.poll(() => count(MAPS)).toBeGreaterThanOrEqual(maps);
    },
    readAll: (selector) =>
      page.evaluate(
        (wanted) =>
          [...document.querySelectorAll<HTMLElement>(wanted)].map(({ dataset }) => ({ ...dataset })),
        selector,
      ),
    texts: (selector) =>
      page.evaluate(
        (wanted) => [...document.querySelectorAll<HTMLElement>(wanted)].map(({ innerText }) => innerText),
        selector,
      ),
    async select(name) {
      await page.evaluate(
        (card) => document.querySelector<HTMLElement>(`${card} button`)?.click(),
        cardOf(name),
      );
      await expect.poll(async () => (await read(cardOf(name)))?.selected).toBeDefined();
    },
    async save(action) {
      await untilControl(action);
      const { name, base64 } = await page.evaluate(catchFile, PRESSED);
      return { name, bytes: Buffer.from(base64, 'base64') };
    },
    async pixels() {
      let last: Buffer = Buffer.alloc(0);
      // Drawn by a worker: on screen a few frames later.
      await expect
        .poll(async () => {
          const { busy, loading } = (await read(CANVAS)) ?? {};
          const before = last;
          last = await page.screenshot();
          return busy === undefined && loading === undefined && last.equals(before);
        })
        .toBe(true);
      return cropTo(CANVAS, last);
    },
    look: async (canvas) => cropTo(canvas, await page.screenshot()),
  };
}
