/** Two tabs of one browser, with one library. */
import { createApp, expect, test, type App } from './app.ts';
import { pretendCores } from './support/cores.ts';
import { prepareHold } from './support/held-work.ts';
import { makePngs } from './support/pictures.ts';

const names = (app: App) =>
  app.cards().evaluateAll((cards) => cards.map((card) => card.getAttribute('data-name')));

const states = (app: App) =>
  app.cards().evaluateAll((cards) =>
    cards.map((card) => ({
      state: card.getAttribute('data-state'),
      words: card.querySelector('.card-state')?.textContent,
      progress: card.querySelector('[role="progressbar"]')?.getAttribute('aria-label'),
    })),
  );

/** What is under way looks the same in both. */
async function showSameStates(one: App, other: App, expected: readonly string[]) {
  await expect(async () => {
    const shown = await states(other);
    expect(shown.map(({ state }) => state)).toEqual(expected);
    expect(shown).toEqual(await states(one));
  }).toPass({ timeout: 20_000 });
}

test('what one tab adds, finishes and removes happens in the other, which computes nothing twice', async ({
  app,
}) => {
  // One worker: one picture is in work, the others wait.
  await pretendCores(app.page, 1);
  const work = await prepareHold(app.page);
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const page = await app.page.context().newPage();
  const other = createApp(page);
  await other.open({ ep: 'wasm' });
  await other.waitForCounts({ done: 1 });

  await app.add(makePngs(3, 900));
  await other.waitForCounts({ total: 3, done: 3 });
  expect(await names(other)).toEqual(await names(app));
  // Computed once.
  await expect(other.page.locator('[data-testid="card"][data-cache="hit"]')).toHaveCount(3);
  await expect(app.page.locator('[data-testid="card"][data-cache="miss"]')).toHaveCount(3);

  // Each looks at its own.
  await other.select('picture-902.png');
  await expect(app.card('picture-900.png')).toHaveAttribute('data-selected', '');
  await expect(other.card('picture-902.png')).toHaveAttribute('data-selected', '');

  await app.page.keyboard.press('Delete');
  await other.waitForCounts({ total: 2 });
  expect(await names(other)).toEqual(['picture-901.png', 'picture-902.png']);
  await expect(other.card('picture-902.png')).toHaveAttribute('data-selected', '');

  // What one chooses it computes; the other shows what it has meanwhile, then takes the rest.
  await work.hold();
  await app.page
    .getByRole('radiogroup', { name: 'All pictures' })
    .getByRole('radio', { name: 'Both' })
    .click();
  await showSameStates(app, other, ['processing', 'queued']);
  await expect(other.page.getByTestId('viewer-canvas')).toHaveAttribute('data-content', 'map');
  await work.release();
  await other.waitForCounts({ total: 2, done: 2 });
  await expect(other.page.locator('[data-testid="card"][data-cache="hit"]')).toHaveCount(2);
  await expect(app.page.locator('[data-testid="card"][data-cache="miss"]')).toHaveCount(2);

  // The other way round, and what is kept is what both show.
  await other.add(makePngs(1, 950));
  await app.waitForCounts({ total: 3, done: 3 });
  await app.untilStored({ pictures: 3 });
  await app.page.reload();
  await app.waitForCounts({ total: 3, done: 3 });
  expect(await names(app)).toEqual(['picture-901.png', 'picture-902.png', 'picture-950.png']);
  await page.close();
});

test('a tab waits for the other’s work, can cancel it, and goes on with it when that tab closes', async ({
  app,
}) => {
  await pretendCores(app.page, 1);
  const work = await prepareHold(app.page);
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const page = await app.page.context().newPage();
  const other = createApp(page);
  await other.open({ ep: 'wasm' });
  await other.waitForCounts({ done: 1 });

  await work.hold();
  await app.add(makePngs(3, 960));
  await other.waitForCounts({ total: 3, done: 0 });
  // It shows how far the other is, in the same words.
  await showSameStates(app, other, ['processing', 'queued', 'queued']);
  await expect(other.page.getByTestId('viewer-status')).toHaveText(/\(another tab\)/);
  // A tab that opens now waits, too.
  await other.page.reload();
  await other.waitForCounts({ total: 3, done: 0 });
  await showSameStates(app, other, ['processing', 'queued', 'queued']);

  await other.page.getByRole('button', { name: 'Cancel picture-962.png' }).click();
  await expect(app.card('picture-962.png')).toHaveAttribute('data-state', 'cancelled');
  await expect(other.card('picture-962.png')).toHaveAttribute('data-state', 'cancelled');

  await app.page.close();
  await other.waitForCounts({ total: 3, done: 2 });
  await page.close();
});
