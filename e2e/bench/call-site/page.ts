/** The client without the app's UI: a photo in, its map drawn, as the peer's page does it. `?workers= ?threads=`. */
import { createInferenceClient } from '../../../src/client/inference-client.ts';
import { DEFAULT_CLIENT_SETTINGS } from '../../../src/client/inference-client-options.ts';
import { settleTask } from '../../../src/client/settle-task.ts';
import { ISOBATH_DEPTH_TINY } from '../../../src/engine/models/isobath-depth-tiny.ts';

const parameters = new URLSearchParams(location.search);
const readCount = (name: string) => (parameters.has(name) ? Number(parameters.get(name)) : 'auto');
const client = createInferenceClient({
  settings: {
    ...DEFAULT_CLIENT_SETTINGS,
    executionProvider: 'wasm',
    workers: readCount('workers'),
    threads: readCount('threads'),
  },
});
const never = new AbortController().signal;
const small = new OffscreenCanvas(1, 1);
let serial = 0;

/** Assigning a canvas its size clears it and takes its memory anew. */
function setSize(canvas: HTMLCanvasElement | OffscreenCanvas, widthPx: number, heightPx: number): void {
  if (canvas.width !== widthPx) canvas.width = widthPx;
  if (canvas.height !== heightPx) canvas.height = heightPx;
}

/** The grey map at the photo's size. */
function draw(values: Float32Array, widthPx: number, heightPx: number, target: [number, number]): void {
  let [min, max] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = 255 / (max - min || 1);
  const pixels = new ImageData(widthPx, heightPx);
  const words = new Uint32Array(pixels.data.buffer);
  for (let index = 0; index < values.length; index += 1) {
    words[index] = 0xff000000 | (Math.round(((values[index] ?? 0) - min) * scale) * 0x010101);
  }
  setSize(small, widthPx, heightPx);
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  const canvas = document.querySelector<HTMLCanvasElement>('#map');
  if (canvas === null) return;
  setSize(canvas, ...target);
  canvas.getContext('2d')?.drawImage(small, 0, 0, ...target);
}

async function estimate(url: string): Promise<void> {
  const bytes = await (await fetch(url)).arrayBuffer();
  const source = new Blob([bytes], { type: 'image/jpeg' });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  serial += 1;
  const taskId = `call-${serial}`;
  client.enqueue({
    taskId,
    source,
    // Nothing comes from the cache: the same photo again counts as another one.
    sourceSha256: `${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}-${serial}`,
    pipeline: 'depth-estimation',
    model: ISOBATH_DEPTH_TINY,
    variant: 'fp32',
    options: { detailPx: 256, maxLongSidePx: null },
  });
  const { sourceWidthPx, sourceHeightPx } = await settleTask(client, taskId, never);
  const result = await client.getResult(taskId, { signal: never });
  if (result.kind !== 'disparity') throw new Error('no disparity');
  draw(result.disparity, result.widthPx, result.heightPx, [sourceWidthPx, sourceHeightPx]);
}

const calls = {
  /** Milliseconds from the first call to the last map. */
  async runTogether(urls: readonly string[]): Promise<number> {
    const startedMs = performance.now();
    await Promise.all(urls.map(estimate));
    return performance.now() - startedMs;
  },
  /** Milliseconds of each, one after the other. */
  async runInTurn(urls: readonly string[]): Promise<number[]> {
    const times: number[] = [];
    for (const url of urls) {
      const startedMs = performance.now();
      await estimate(url);
      times.push(performance.now() - startedMs);
    }
    return times;
  },
};

export type Calls = typeof calls;
Object.assign(window, { calls });
