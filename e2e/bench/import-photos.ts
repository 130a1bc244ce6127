/** Photos into the app as a person's choice of files brings them. */
import type { Page } from '@playwright/test';
import type { ClockWindow } from './page-clocks.ts';

export interface NamedPhoto {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Notes the moment of the import in the page's clocks. */
export async function importPhotos(page: Page, photos: readonly NamedPhoto[]): Promise<void> {
  // Bytes cross to the page first; the clock starts when the page imports them.
  for (const { name, bytes } of photos) {
    await page.evaluate(
      ({ name, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const held = window as Window & { heldFiles?: DataTransfer };
        held.heldFiles ??= new DataTransfer();
        held.heldFiles.items.add(new File([bytes], name, { type: 'image/jpeg' }));
      },
      { name, base64: bytes.toString('base64') },
    );
  }
  await page.evaluate(() => {
    const held = window as Window & { heldFiles?: DataTransfer };
    const input = document.querySelector<HTMLInputElement>('[data-testid="file-input"]');
    if (input === null || held.heldFiles === undefined) throw new Error('no file input');
    input.files = held.heldFiles.files;
    delete held.heldFiles;
    (window as unknown as ClockWindow).clocks.addedAtMs = performance.now();
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}
