import { expect, test } from './app.ts';
import { listEnglishWords, listViolations } from './support/audit.ts';
import { makePng, makePngs } from './support/pictures.ts';

for (const colorScheme of ['dark', 'light'] as const) {
  test(`the main screens have no accessibility violations in the ${colorScheme} theme`, async ({ app }) => {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.open({ ep: 'wasm' });
    await app.waitForCounts({ done: 1 });
    await app.add([makePng(900), { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') }]);
    await app.waitForCounts({ done: 1, failed: 1 });
    expect.soft(await listViolations(app.page), 'pictures').toEqual([]);
    await app.select('broken.jpg');
    expect.soft(await listViolations(app.page), 'a failed picture').toEqual([]);
    await app.page.getByRole('button', { name: 'Settings', exact: true }).click();
    await expect(app.page.getByRole('dialog')).toBeVisible();
    expect.soft(await listViolations(app.page), 'settings').toEqual([]);
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('button', { name: 'Help', exact: true }).click();
    await expect(app.page.getByRole('dialog')).toBeVisible();
    expect.soft(await listViolations(app.page), 'help').toEqual([]);
    await app.page.getByRole('button', { name: 'About Isobath' }).click();
    await expect(app.page.getByRole('dialog', { name: 'About Isobath' })).toBeVisible();
    expect.soft(await listViolations(app.page), 'about').toEqual([]);
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('button', { name: 'Clear the library' }).click();
    await expect(app.page.getByRole('dialog', { name: 'Clear the library' })).toBeVisible();
    expect.soft(await listViolations(app.page), 'clear the library').toEqual([]);
  });

  test(`models and device have no accessibility violations in the ${colorScheme} theme`, async ({ app }) => {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [view, heading] of [
      ['device', 'This device'],
      ['models', 'Models'],
    ] as const) {
      await app.page.goto(`?ep=wasm&view=${view}`);
      await expect(app.page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
      expect.soft(await listViolations(app.page), view).toEqual([]);
    }
    await app.page.getByRole('button', { name: 'Read the licence' }).first().click();
    await expect(app.page.getByRole('dialog')).toBeVisible();
    expect.soft(await listViolations(app.page), 'a licence').toEqual([]);
  });

  test(`a phone has no accessibility violations in the ${colorScheme} theme`, async ({ app }) => {
    await app.page.setViewportSize({ width: 390, height: 844 });
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.open({ ep: 'wasm' });
    await app.waitForCounts({ done: 1 });
    expect.soft(await listViolations(app.page), 'pictures').toEqual([]);
    await app.page.getByRole('button', { name: 'Adjust' }).click();
    expect.soft(await listViolations(app.page), 'sheet').toEqual([]);
    for (const view of ['Models', 'Live']) {
      await app.page.getByRole('button', { name: view, exact: true }).click();
      await expect(app.page.getByRole('main')).toBeVisible();
      expect.soft(await listViolations(app.page), view).toEqual([]);
    }
  });
}

test('the keyboard alone walks the strip, changes the view and opens help and settings', async ({ app }) => {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(3, 910));
  await app.waitForCounts({ done: 3 });
  await app.card('picture-910.png').getByRole('button').first().focus();
  await app.page.keyboard.press('Enter');
  await expect(app.card('picture-910.png')).toHaveAttribute('data-selected', '');
  await app.page.keyboard.press('ArrowRight');
  await expect(app.card('picture-911.png')).toHaveAttribute('data-selected', '');
  await app.page.keyboard.press('ArrowLeft');
  await expect(app.card('picture-910.png')).toHaveAttribute('data-selected', '');
  await app.page.keyboard.press('?');
  await expect(app.page.getByRole('dialog')).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('dialog')).toHaveCount(0);
});

test('every control can be reached with Tab, and focus is visible', async ({ app }) => {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const reached = new Set<string>();
  for (let press = 0; press < 60; press++) {
    await app.page.keyboard.press('Tab');
    const focused = await app.page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      // The ring may be drawn by the element, by its knob, or by a pseudo element of either.
      const look = () =>
        [element, ...element.querySelectorAll('*')]
          .flatMap((part) =>
            [undefined, '::before', '::after'].map((pseudo) => getComputedStyle(part, pseudo)),
          )
          .map(({ outline, boxShadow, borderColor }) => `${outline} ${boxShadow} ${borderColor}`)
          .join('|');
      const withFocus = look();
      element.blur();
      const without = look();
      element.focus();
      const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40);
      return { name: `${element.tagName} ${name}`, isVisible: withFocus !== without };
    });
    if (focused === null) continue;
    reached.add(focused.name);
    expect.soft(focused.isVisible, `focus ring of ${focused.name}`).toBe(true);
  }
  expect([...reached].filter((name) => /settings/i.test(name))).not.toEqual([]);
  expect([...reached].filter((name) => /sample|choose|open|add/i.test(name))).not.toEqual([]);
});

test('the open page is told: in the title, and spoken when it changes', async ({ app }) => {
  await app.open({ ep: 'wasm' });
  await expect(app.page).toHaveTitle('Isobath');
  for (const name of ['Models', 'Live', 'Photos']) {
    await app.page.getByRole('button', { name, exact: true }).click();
    await expect(app.page).toHaveTitle(name === 'Photos' ? 'Isobath' : `${name} · Isobath`);
    await expect(app.page.getByTestId('live-region')).toHaveText(name);
  }
});

test('changes of state are announced', async ({ app }) => {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const region = app.page.locator('[aria-live="polite"], [role="status"]');
  await app.add(makePngs(2, 930));
  await expect(region.filter({ hasText: /2 of 2 pictures? done/ })).not.toHaveCount(0);
  // Figures beside sliders are no news: an output element would speak them, nameless, with every picture.
  await expect(app.page.getByRole('slider', { name: 'Near limit' })).toBeVisible();
  const figures = app.page.locator('output, [role="status"]').filter({ hasText: /^[\d.,%\s]+(px)?$/ });
  await expect(figures).toHaveCount(0);
  // Fewer than were announced before are news as well.
  for (const total of [1, 0]) {
    await app.page.keyboard.press('Delete');
    await app.waitForCounts({ total });
  }
  await app.add([makePng(932)]);
  await expect(region.filter({ hasText: /1 of 1 pictures? done/ })).not.toHaveCount(0);
});

test('a phone shows viewer, strip and controls without scrolling sideways', async ({ app }) => {
  await app.page.setViewportSize({ width: 390, height: 844 });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await expect(app.canvas).toBeInViewport();
  await expect(app.cards().first()).toBeInViewport();
  const { scrollWidth, clientWidth } = await app.page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth).toBe(clientWidth);
  await app.add([makePng(940)]);
  await app.waitForCounts({ total: 1, done: 1 });
});

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 768, height: 1024 }, hasTouch: true, isMobile: true });

  test('a new user sees the way in, with the panel closed; what is touched is large enough', async ({
    app,
  }) => {
    await app.open({ ep: 'wasm' });
    await app.waitForCounts({ done: 1 });
    await expect(app.page.getByRole('button', { name: 'Show the inspector' })).toBeVisible();
    const welcome = app.page.getByRole('region', { name: 'See the depth in your photos' });
    await expect(welcome).toBeInViewport({ ratio: 1 });
    await expect(welcome.getByText('Drop photos anywhere')).toBeVisible();
    await expect(welcome.getByText('Nothing is uploaded')).toBeVisible();
    await expect(welcome.getByRole('button', { name: 'Choose photos' })).toBeVisible();
    for (const mode of await app.page.getByRole('group', { name: 'View' }).getByRole('radio').all()) {
      const box = await mode.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    // In the panel there is one of its own.
    await app.page.getByRole('button', { name: 'Show the inspector' }).click();
    await expect(welcome).toHaveCount(1);
    await app.add([makePng(945)]);
    await app.waitForCounts({ total: 1, done: 1 });
    await expect(welcome).toHaveCount(0);
  });
});

test('at 200 % the picture keeps most of the window, and nothing lies over anything', async ({ app }) => {
  // A window of 1280 x 800, enlarged.
  await app.page.setViewportSize({ width: 640, height: 400 });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const stage = await app.page.getByRole('application').boundingBox();
  expect(stage?.height).toBeGreaterThan(160);
  await expect(app.cards().first()).toBeInViewport({ ratio: 1 });
  for (const name of ['Help', 'Settings', 'Show the inspector']) {
    await app.page.getByRole('button', { name, exact: true }).click({ trial: true });
  }
  await expect(app.page.getByRole('button', { name: 'Choose photos' })).toBeInViewport({ ratio: 1 });
});

test.describe('a phone held sideways', () => {
  test.use({ hasTouch: true, viewport: { width: 844, height: 390 } });

  test('gives the picture the most room; controls of the strip and of a failure are whole', async ({
    app,
  }) => {
    await app.open({ ep: 'wasm' });
    await app.waitForCounts({ done: 1 });
    const stage = await app.page.getByRole('application').boundingBox();
    expect(stage?.height).toBeGreaterThan(184);
    for (const name of ['Add photos', 'Add a folder', 'Cancel all', 'Clear the library']) {
      const control = app.page.getByRole('button', { name, exact: true });
      if ((await control.count()) > 0) await expect(control).toBeInViewport({ ratio: 1 });
    }
    await app.add([
      { name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('this is no picture') },
    ]);
    await app.waitForCounts({ failed: 1 });
    const main = app.page.getByRole('main');
    await expect(main.getByRole('button', { name: 'Retry' })).toBeInViewport({ ratio: 1 });
    await app.page.getByRole('button', { name: 'Clear the library', exact: true }).click();
    await app.page.getByRole('dialog').getByRole('button', { name: 'Clear', exact: true }).click();
    for (const name of ['Choose photos', 'Sample: Street', 'Sample: Desk']) {
      await expect(main.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
    }
    await expect(main.getByText('Runs on this device')).toBeInViewport({ ratio: 1 });
  });
});

test('Chinese is complete: no English word is left on the main screen but names', async ({ app }) => {
  await app.open({ lang: 'zh-CN', ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await expect(app.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  const text = await app.page.locator('body').innerText();
  expect(text).toMatch(/[\u4e00-\u9fff]{4,}/);
  expect(listEnglishWords(text)).toEqual([]);
});

test('reduced motion leaves nothing moving after the map is drawn', async ({ app }) => {
  await app.page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.settle();
  const countRunning = () =>
    app.page.evaluate(
      () => document.getAnimations().filter((animation) => animation.playState === 'running').length,
    );
  await expect.poll(countRunning).toBe(0);
});
