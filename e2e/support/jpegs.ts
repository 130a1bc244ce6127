/** JPEGs that a browser encodes on the spot: large ones, and ones that a camera held otherwise. */
import type { BrowserContext } from '@playwright/test';
import { addSegments, type Orientation } from '../../src/testing/jpeg-segments.ts';
import type { PictureFile } from './pictures.ts';

/** A picture without any symmetry: colours run from corner to corner, a white box lies left of and above the middle. */
export interface JpegScene {
  /** Upright. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly orientation: Orientation;
}

/** Encodes in a page of its own, which is closed again: its memory is not the app's. */
export async function makeJpegs(
  context: BrowserContext,
  files: readonly (JpegScene & { readonly name: string })[],
): Promise<PictureFile[]> {
  const page = await context.newPage();
  const encoded: string[] = [];
  for (const file of files) {
    encoded.push(
      await page.evaluate(async ({ widthPx, heightPx, orientation }) => {
        const isTurned = orientation >= 5;
        const canvas = new OffscreenCanvas(isTurned ? heightPx : widthPx, isTurned ? widthPx : heightPx);
        const context2d = canvas.getContext('2d', { alpha: false });
        if (context2d === null) throw new Error('no canvas');
        // From upright to stored coordinates: the inverse of what EXIF asks viewers to do.
        const [w, h] = [widthPx, heightPx];
        const matrices: Record<number, [number, number, number, number, number, number]> = {
          1: [1, 0, 0, 1, 0, 0],
          2: [-1, 0, 0, 1, w, 0],
          3: [-1, 0, 0, -1, w, h],
          4: [1, 0, 0, -1, 0, h],
          5: [0, 1, 1, 0, 0, 0],
          6: [0, -1, 1, 0, 0, w],
          7: [0, -1, -1, 0, h, w],
          8: [0, 1, -1, 0, h, 0],
        };
        context2d.setTransform(...(matrices[orientation] ?? [1, 0, 0, 1, 0, 0]));
        const colours = context2d.createLinearGradient(0, 0, w, h);
        colours.addColorStop(0, 'rgb(220 40 40)');
        colours.addColorStop(1, 'rgb(40 40 220)');
        context2d.fillStyle = colours;
        context2d.fillRect(0, 0, w, h);
        context2d.fillStyle = 'rgb(40 160 40)';
        context2d.fillRect(0, h * 0.75, w, h * 0.25);
        context2d.fillStyle = 'white';
        context2d.fillRect(w * 0.125, h * 0.25, w * 0.25, h * 0.25);
        const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
        const reader = new FileReader();
        return new Promise<string>((resolve, reject) => {
          reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
          reader.onerror = () => reject(new Error('cannot read'));
          reader.readAsDataURL(blob);
        });
      }, file),
    );
  }
  await page.close();
  return files.map(({ name, orientation }, index) => {
    const jpeg = new Uint8Array(Buffer.from(encoded[index] ?? '', 'base64'));
    return { name, mimeType: 'image/jpeg', buffer: Buffer.from(addSegments(jpeg, { orientation })) };
  });
}
