/** What the app finds out about the device: the measured choice in the settings, and the page "This device". */
import { expect, test } from './app.ts';

test('auto is measured on request, says what it chose and why, and a hand goes before it', async ({
  app,
}) => {
  const { page } = app;
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.statusBackend.click();
  const auto = page.getByTestId('auto-choice');
  await expect(auto).toContainText('Not measured yet');
  await auto.getByRole('button', { name: 'Measure now' }).click();
  await expect(auto).toHaveAttribute('data-state', 'measuring');
  const candidates = page.getByTestId('auto-candidate');
  await expect(auto.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 60_000 });
  const rates = await candidates.evaluateAll((items) => items.map((item) => Number(item.dataset.rate)));
  expect(rates.length).toBeGreaterThan(0);
  for (const rate of rates) expect(rate).toBeGreaterThan(0);
  // The fastest one, or the plan, which comes first, in a close race.
  const chosen = auto.locator('[data-chosen]');
  await expect(chosen).toHaveCount(1);
  const chosenRate = Number(await chosen.getAttribute('data-rate'));
  expect(chosenRate * 1.16).toBeGreaterThan(Math.max(...rates));
  await expect(page.getByRole('dialog')).toContainText('The fastest of what was measured here.');

  await page.getByLabel('Workers', { exact: true }).selectOption('1');
  await expect(app.statusBackend).toHaveAttribute('data-workers', '1');

  // Kept for the next visit.
  await page.reload();
  await app.waitForCounts({ done: 1 });
  await app.statusBackend.click();
  await expect(candidates).toHaveCount(rates.length);
});
