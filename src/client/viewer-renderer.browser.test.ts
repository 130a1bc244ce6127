import { afterEach, describe, expect, it } from 'vitest';
import { createRenderer } from '../render/create-renderer.ts';
import type { RenderSource, View } from '../render/renderer.ts';
import { createViewerRenderer, type ViewerRenderer, type ViewerRendererOptions } from './viewer-renderer.ts';

const SIZE = 32;
const VIEW: View = {
  mode: 'map',
  camera: { centerX: 0.5, centerY: 0.5, scale: 1 },
  color: { colormap: 'inferno', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: false },
  comparePosition: 0.5,
  overlayOpacity: 1,
  widthPx: SIZE,
  heightPx: SIZE,
  surround: 0,
};

function createSource(value: (i: number) => number): RenderSource {
  const values = Float32Array.from({ length: SIZE * SIZE }, (_, i) => value(i));
  return {
    photo: null,
    sourceWidthPx: SIZE,
    sourceHeightPx: SIZE,
    map: { widthPx: SIZE, heightPx: SIZE, values },
  };
}

const ramp = createSource((i) => (i % SIZE) / SIZE);

/** What a canvas shows, also one that a worker draws on: its frames come when the browser takes them. */
async function readShown(canvas: HTMLCanvasElement): Promise<Uint8ClampedArray> {
  const copy = new OffscreenCanvas(SIZE, SIZE).getContext('2d');
  if (copy === null) throw new Error('No 2D context');
  for (let frame = 0; frame < 120; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, SIZE, SIZE);
    if (canvas.width === SIZE && data[3] === 255) return data;
  }
  throw new Error('The canvas stayed empty');
}

describe('viewer renderer', () => {
  const renderers: ViewerRenderer[] = [];

  async function setUp(options: ViewerRendererOptions = {}) {
    const canvas = document.createElement('canvas');
    document.body.append(canvas);
    const renderer = await createViewerRenderer(canvas, options);
    renderers.push(renderer);
    return { canvas, renderer };
  }

  afterEach(() => {
    for (const renderer of renderers.splice(0)) renderer.dispose();
    document.body.replaceChildren();
  });

  it.each(['webgl2', 'canvas2d'] as const)('shows from its worker what %s draws here', async (prefer) => {
    const { canvas, renderer } = await setUp({ prefer });
    expect(renderer.kind).toBe(prefer);
    renderer.setSource(ramp);
    expect(await renderer.draw(VIEW)).toBeGreaterThan(0);
    const shown = await readShown(canvas);

    const local = document.createElement('canvas');
    const reference = createRenderer(local, { prefer });
    reference.setSource(ramp);
    reference.draw(VIEW);
    expect(reference.kind).toBe(renderer.kind);
    expect([...shown]).toEqual([...(await readShown(local))]);
    reference.dispose();
  });

  it('draws in its worker, too, where a canvas cannot be handed over, and grows with the view', async () => {
    const canvas = document.createElement('canvas');
    Object.defineProperty(canvas, 'transferControlToOffscreen', { value: undefined });
    document.body.append(canvas);
    let spawned = 0;
    const renderer = await createViewerRenderer(canvas, {
      spawn() {
        spawned += 1;
        return new Worker(new URL('../worker/viewer.worker.ts', import.meta.url), { type: 'module' });
      },
    });
    renderers.push(renderer);
    renderer.setSource(ramp);
    await renderer.draw({ ...VIEW, widthPx: 8, heightPx: 8 });
    expect([canvas.width, canvas.height]).toEqual([8, 8]);
    expect(await renderer.draw(VIEW)).toBeGreaterThan(0);
    expect(spawned).toBe(1);
    const shown = await readShown(canvas);

    const reference = createRenderer(document.createElement('canvas'));
    reference.setSource(ramp);
    const whole = { x: 0, y: 0, width: SIZE, height: SIZE };
    expect([...shown]).toEqual([...reference.readColorTile(whole, VIEW.color, null)]);
    reference.dispose();
  });

  it('takes the photo over, and keeps it for the next map', async () => {
    const { canvas, renderer } = await setUp();
    const pixels = new ImageData(SIZE, SIZE);
    for (let i = 0; i < pixels.data.length; i += 4) pixels.data.set([200, 200, 200, 255], i);
    const photo = await createImageBitmap(pixels);
    renderer.setSource({ ...ramp, photo, map: null });
    expect(photo.width).toBe(0);
    renderer.setSource({ ...ramp, photo });
    await renderer.draw({ ...VIEW, mode: 'photo' });
    const shown = await readShown(canvas);
    expect([...shown.slice(0, 3)]).toEqual([200, 200, 200]);
  });

  it('draws the first and the last of many views, and says which were left out', async () => {
    const { renderer } = await setUp();
    renderer.setSource(ramp);
    const draws = await Promise.all(
      [0.1, 0.2, 0.3, 0.4].map((surround) => renderer.draw({ ...VIEW, surround })),
    );
    expect(draws.map((drawMs) => drawMs !== null)).toEqual([true, false, false, true]);
  });

  it('drops a waiting view when the picture changes', async () => {
    const { renderer } = await setUp();
    renderer.setSource(ramp);
    const first = renderer.draw(VIEW);
    const waiting = renderer.draw(VIEW);
    renderer.setSource(createSource(() => 0));
    expect(await waiting).toBeNull();
    expect(await first).not.toBeNull();
  });

  /** Takes the processor a second or so. */
  async function setUpLongDraw() {
    const { canvas, renderer } = await setUp({ prefer: 'canvas2d' });
    const noise = new ImageData(SIZE, SIZE);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : (i * 73) % 256;
    renderer.setSource({ ...ramp, photo: await createImageBitmap(noise) });
    const view: View = {
      ...VIEW,
      color: { ...VIEW.color, followEdges: true },
      camera: { ...VIEW.camera, scale: 50 },
      widthPx: 1600,
      heightPx: 1600,
    };
    return { canvas, renderer, view };
  }

  it('leaves off following the edges of a picture that is gone', async () => {
    const { canvas, renderer, view } = await setUpLongDraw();
    const gone = renderer.draw(view);
    renderer.setSource(ramp);
    const next = renderer.draw(VIEW);
    expect(await gone).toBeNull();
    expect(await next).toBeGreaterThan(0);
    const shown = await readShown(canvas);

    const reference = createRenderer(document.createElement('canvas'), { prefer: 'canvas2d' });
    reference.setSource(ramp);
    const whole = { x: 0, y: 0, width: SIZE, height: SIZE };
    expect([...shown]).toEqual([...reference.readColorTile(whole, VIEW.color, null)]);
    reference.dispose();
  });

  it('leaves it off for a view that follows none, and not for the next that does', async () => {
    const { renderer, view } = await setUpLongDraw();
    const first = renderer.draw(view);
    const alike = renderer.draw({ ...view, color: { ...view.color, colormap: 'turbo' } });
    expect(await first).toBeGreaterThan(0);
    expect(await alike).toBeGreaterThan(0);

    const moved = renderer.draw({ ...view, camera: { ...view.camera, scale: 40 } });
    const rough = renderer.draw(VIEW);
    expect(await moved).toBeNull();
    expect(await rough).toBeGreaterThan(0);
  });

  it('says when its worker has died', async () => {
    const canvas = document.createElement('canvas');
    let worker: Worker | null = null;
    let crashCount = 0;
    const renderer = await createViewerRenderer(canvas, {
      spawn: () =>
        (worker = new Worker(new URL('../worker/viewer.worker.ts', import.meta.url), { type: 'module' })),
      onCrash: () => (crashCount += 1),
    });
    renderers.push(renderer);
    (worker as Worker | null)?.dispatchEvent(new Event('error'));
    await expect.poll(() => crashCount).toBe(1);
  });
});
