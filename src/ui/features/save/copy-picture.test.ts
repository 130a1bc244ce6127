import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { copyPicture, type CopyEnd, type MakeOptions } from './copy-picture.ts';

const PNG = new Blob(['png'], { type: 'image/png' });

function begin(over: {
  makePng?: (options: MakeOptions) => Promise<Blob>;
  write?: (png: Promise<Blob>) => Promise<void>;
}) {
  const controller = new AbortController();
  const changes: string[] = [];
  let end: CopyEnd | unknown = null;
  void copyPicture({
    signal: controller.signal,
    makePng: over.makePng ?? (async () => PNG),
    write: over.write ?? (() => new Promise(() => undefined)),
    onChange: (phase, fraction) => changes.push(fraction === null ? phase : `${phase} ${fraction}`),
  }).then(
    (value) => (end = value),
    (error: unknown) => (end = error),
  );
  return { controller, changes, getEnd: () => end };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('copying a picture', () => {
  it('makes the picture, asks the browser, and is done when that has it', async () => {
    const written: Blob[] = [];
    const copy = begin({
      makePng: async ({ onProgress }) => {
        onProgress(0.5);
        return PNG;
      },
      write: async (png) => void written.push(await png),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(copy.getEnd()).toBe('copied');
    expect(written).toEqual([PNG]);
    expect(copy.changes).toEqual(['making', 'making 0.5', 'asking']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends by itself where the browser waits for an answer that does not come', async () => {
    const copy = begin({});
    await vi.advanceTimersByTimeAsync(0);
    expect(copy.changes.at(-1)).toBe('asking');
    await vi.advanceTimersByTimeAsync(29_999);
    expect(copy.getEnd()).toBe(null);
    await vi.advanceTimersByTimeAsync(1);
    expect(copy.getEnd()).toBe('unanswered');
  });

  it('is denied at once, and stops making the picture', async () => {
    let making: AbortSignal | null = null;
    const copy = begin({
      makePng: ({ signal }) => {
        making = signal;
        return new Promise(() => undefined);
      },
      write: () => Promise.reject(new DOMException('Write permission denied', 'NotAllowedError')),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(copy.getEnd()).toBe('denied');
    expect(making).toMatchObject({ aborted: true });
  });

  it('tells why there is no picture, not that the browser refused the lack of one', async () => {
    const copy = begin({
      makePng: () => Promise.reject(new Error('no memory')),
      write: async (png) => void (await png),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(copy.getEnd()).toEqual(new Error('no memory'));
  });

  it('can be given up while the browser asks, and leaves no timer', async () => {
    const copy = begin({});
    await vi.advanceTimersByTimeAsync(0);
    copy.controller.abort(new DOMException('Enough', 'AbortError'));
    await vi.advanceTimersByTimeAsync(0);
    expect(copy.getEnd()).toMatchObject({ name: 'AbortError' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
