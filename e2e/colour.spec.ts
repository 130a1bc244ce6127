import { expect, test, type App } from './app.ts';
import { countColours, pixelAt } from './support/colours.ts';
import { makePng } from './support/pictures.ts';

/** With counts of workers and threads no further worker starts in a pause. */
async function openMap(app: App): Promise<void> {
  await app.open({ ep: 'wasm', workers: '1', threads: '1' });
  await app.waitForCounts({ done: 1 });
  await app.add([makePng(700, 640, 480)]);
  await expect(app.card('picture-700.png')).toHaveAttribute('data-state', 'done');
  await app.select('picture-700.png');
  await app.setMode('Map');
  await app.settle();
}

async function chooseColormap(app: App, name: string): Promise<void> {
  const before = await app.frame();
  await app.page.getByRole('radio', { name, exact: true }).click();
  await app.settle(before);
}

/** What is drawn comes to the screen some frames later. */
async function expectColoured(app: App, name: 'inferno' | 'viridis' | 'grey'): Promise<void> {
  await expect.poll(async () => countColours(await app.pixels(), name).isFromColormap).toBeGreaterThan(0.97);
}

test('another colormap draws again from the stored map and runs no inference', async ({ app }) => {
  await openMap(app);
  const requests: string[] = [];
  app.page.on('request', (request) => requests.push(request.url()));
  const states: string[] = [];
  await app.page.exposeFunction('noteState', (state: string) => states.push(state));
  await app.page.evaluate(() => {
    const note = (window as unknown as { noteState(state: string): void }).noteState;
    for (const card of document.querySelectorAll('[data-testid="card"]')) {
      new MutationObserver(() => note(card.getAttribute('data-state') ?? '')).observe(card, {
        attributes: true,
        attributeFilter: ['data-state'],
      });
    }
  });
  const before = await app.frame();
  await chooseColormap(app, 'Viridis');
  expect(await app.frame()).toBeGreaterThan(before);
  await expectColoured(app, 'viridis');
  await chooseColormap(app, 'Grey');
  await expectColoured(app, 'grey');
  await chooseColormap(app, 'Inferno');
  await expectColoured(app, 'inferno');
  expect(states).toEqual([]);
  // Code of the app may still load lazily; models, pictures and the runtime may not.
  expect(requests.filter((url) => !url.endsWith('.js'))).toEqual([]);
  await expect(app.statusQueue).toHaveAttribute('data-processing', '0');
});

test('WebGL2 and the 2D canvas draw the same picture', async ({ app }) => {
  const shots: number[][] = [];
  for (const renderer of ['webgl2', 'canvas2d']) {
    await app.open({ ep: 'wasm', renderer });
    await app.waitForCounts({ done: 1 });
    await app.settle();
    await expect(app.page.getByTestId('viewer-canvas')).toHaveAttribute('data-renderer', renderer);
    shots.push([...(await app.pixels()).data]);
  }
  const [gpu = [], reference = []] = shots;
  expect(gpu.length).toBe(reference.length);
  const differences = gpu.reduce((sum, value, i) => sum + Math.abs(value - (reference[i] ?? 0)), 0);
  // Photos are shrunk by mipmaps here and by the browser's scaler there: outlines follow slightly different colours.
  expect(differences / gpu.length).toBeLessThan(2);
});

const PLACES = [
  [0.4, 0.4],
  [0.5, 0.5],
  [0.6, 0.6],
  [0.45, 0.65],
] as const;

test('invert turns every grey into its opposite', async ({ app }) => {
  await openMap(app);
  await chooseColormap(app, 'Grey');
  const straight = await app.pixels();
  const before = await app.frame();
  await app.page.getByRole('switch', { name: /invert/i }).click();
  await app.settle(before);
  const measureWorst = async () => {
    const inverted = await app.pixels();
    const errors = PLACES.map(([shareX, shareY]) => {
      const [x, y] = [Math.round(shareX * straight.width), Math.round(shareY * straight.height)];
      return Math.abs(pixelAt(straight, x, y)[0] + pixelAt(inverted, x, y)[0] - 255);
    });
    return Math.max(...errors);
  };
  await expect.poll(measureWorst).toBeLessThanOrEqual(3);
});

test('gamma brightens the middle and leaves the ends', async ({ app }) => {
  await openMap(app);
  await chooseColormap(app, 'Grey');
  const mean = async () => {
    const image = await app.pixels();
    let sum = 0;
    let count = 0;
    for (let y = Math.floor(image.height * 0.35); y < image.height * 0.65; y += 3) {
      for (let x = Math.floor(image.width * 0.35); x < image.width * 0.65; x += 3) {
        sum += pixelAt(image, x, y)[0];
        count += 1;
      }
    }
    return sum / count;
  };
  const straight = await mean();
  const before = await app.frame();
  const slider = app.page.getByRole('slider', { name: 'Gamma' });
  await slider.focus();
  for (let step = 0; step < 8; step++) await slider.press('ArrowRight');
  await app.settle(before);
  await expect.poll(mean).toBeGreaterThan(straight + 3);
});

test('a narrower range gives more black and white, and full range takes it back', async ({ app }) => {
  await openMap(app);
  await chooseColormap(app, 'Grey');
  const clipped = async () => {
    const image = await app.pixels();
    let count = 0;
    for (let y = Math.floor(image.height * 0.3); y < image.height * 0.7; y += 2) {
      for (let x = Math.floor(image.width * 0.3); x < image.width * 0.7; x += 2) {
        const [value] = pixelAt(image, x, y);
        if (value <= 1 || value >= 254) count += 1;
      }
    }
    return count;
  };
  const auto = await clipped();
  const near = app.page.getByRole('slider', { name: 'Near limit' });
  await near.focus();
  let before = await app.frame();
  for (let step = 0; step < 25; step++) await near.press('ArrowLeft');
  await app.settle(before);
  await expect.poll(clipped).toBeGreaterThan(auto);
  before = await app.frame();
  await app.page.getByRole('radio', { name: 'Full', exact: true }).click();
  await app.settle(before);
  await expect.poll(clipped).toBeLessThanOrEqual(auto);
});

test('a colormap in the address is used for the first drawing', async ({ app }) => {
  await app.open({ colormap: 'viridis' });
  await app.waitForCounts({ done: 1 });
  await app.setMode('Map');
  await app.settle();
  await expectColoured(app, 'viridis');
});

test('hovering says how near a place is among all places of the picture', async ({ app }) => {
  await openMap(app);
  await app.canvas.hover();
  await expect(app.page.getByText(/nearer than \d+\s?%/i).first()).toBeVisible();
});
