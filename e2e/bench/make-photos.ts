/** Photos for benchmarks: JPEGs with outlines and noise like a camera's, each different, made in the browser that is measured. */
import type { Page } from '@playwright/test';

/** `count` different JPEG files of the given size. */
export async function makePhotos(
  page: Page,
  count: number,
  widthPx: number,
  heightPx: number,
): Promise<Buffer[]> {
  const photos: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const base64 = await page.evaluate(drawPhoto, { widthPx, heightPx });
    photos.push(Buffer.from(base64, 'base64'));
  }
  return photos;
}

/** Runs in the page: no names from outside, and no inner named functions, which tsx would wrap. */
async function drawPhoto({ widthPx, heightPx }: { widthPx: number; heightPx: number }): Promise<string> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D context');
  const sky = context.createLinearGradient(0, 0, 0, heightPx);
  sky.addColorStop(0, `hsl(${Math.random() * 360} 40% 70%)`);
  sky.addColorStop(0.5, `hsl(${Math.random() * 360} 20% 85%)`);
  sky.addColorStop(1, `hsl(${Math.random() * 360} 30% 35%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, widthPx, heightPx);
  for (let shape = 0; shape < 40; shape++) {
    const size = widthPx * (0.02 + 0.2 * Math.random());
    const top = heightPx * (0.3 + 0.6 * Math.random());
    context.fillStyle = `hsl(${Math.random() * 360} 45% ${20 + 60 * Math.random()}%)`;
    context.fillRect(Math.random() * widthPx, top, size, size * (0.5 + Math.random()));
  }
  const image = context.getImageData(0, 0, widthPx, heightPx);
  const { data } = image;
  for (let at = 0; at < data.length; at++) data[at] = (data[at] ?? 0) + (Math.random() - 0.5) * 16;
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  context.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
