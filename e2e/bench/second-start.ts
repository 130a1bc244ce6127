/** Opening the app again with an installed model; the peer's page beside it. */
import type { BrowserContext } from '@playwright/test';
import { vary } from './photo-batch.ts';

/**
 * Runs in the page before anything else: hands a photo over as soon as the app takes one, and notes when it is done.
 * An event before the app listens is lost, so that the photo is offered until it is taken.
 */
function importAtOnce({ name, base64 }: { name: string; base64: string }): void {
  // No named functions in here: the runner marks them with a helper that pages do not have.
  const clock = window as Window & { doneAtMs?: number };
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const offered = { isOut: false, timer: 0 };
  offered.timer = window.setInterval(() => {
    const input = document.querySelector<HTMLInputElement>('[data-testid="file-input"]');
    if (input === null || document.querySelector('[data-testid="library"]') === null) return;
    // The app empties the input when it has taken what is in it.
    if (offered.isOut && input.files?.length === 0) return clearInterval(offered.timer);
    if (!offered.isOut) {
      const files = new DataTransfer();
      files.items.add(new File([bytes], name, { type: 'image/jpeg' }));
      input.files = files.files;
      offered.isOut = true;
    }
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, 50);
  new MutationObserver(() => {
    const done = `[data-testid="card"][data-name="${name}"][data-state="done"]`;
    if (document.querySelector(done) !== null) clock.doneAtMs ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** Opens the app again with the installed model and a new photo: milliseconds to its map. */
export async function measureSecondStart(
  context: BrowserContext,
  { url, modelId }: { readonly url: string; readonly modelId: string },
  photo: Buffer,
  round: string,
): Promise<number> {
  // Another name and other bytes each time: the library brings back the photos of earlier visits, done.
  const name = `${round}.jpg`;
  const page = await context.newPage();
  await page.addInitScript(importAtOnce, { name, base64: vary(photo, round).toString('base64') });
  await page.goto(`${url}?ep=wasm&workers=1&threads=2&model=${modelId}`);
  const done = await page.waitForFunction(
    () => (window as Window & { doneAtMs?: number }).doneAtMs,
    undefined,
    { timeout: 120_000 },
  );
  const doneAtMs = (await done.jsonValue()) ?? Number.NaN;
  // A map of another model, or out of the cache, would be no start of this one.
  const card = page.locator(`[data-testid="card"][data-name="${name}"][data-cache="miss"]`);
  await card.click();
  await page.locator('.facts').getByText('Depth Anything V2 Small').first().waitFor();
  await page.close();
  return doneAtMs;
}

export async function measurePeerStart(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${url}?model=vit-s&threads=2`);
  await page.waitForFunction(() => 'peer' in window, undefined, { timeout: 120_000 });
  const ms = await page.evaluate(
    () => (window as unknown as { peer: { firstDepthMs: number } }).peer.firstDepthMs,
  );
  await page.close();
  return ms;
}
