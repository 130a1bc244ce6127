/** Pictures made on the spot, each different from all others, so that no result comes from a cache by accident. */
import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';

export interface PictureFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A room-like PNG: wall, floor and a box, whose place and colours follow from `seed`. */
export function makePng(seed: number, widthPx = 96, heightPx = 72): PictureFile {
  const data = new Uint8Array(widthPx * heightPx * 3);
  const horizon = heightPx * (0.35 + 0.3 * ((seed * 0.618) % 1));
  const boxX = widthPx * ((seed * 0.377) % 0.7);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const isBox = x > boxX && x < boxX + widthPx * 0.25 && y > horizon * 0.7 && y < heightPx * 0.85;
      const shade = isBox ? 60 : y < horizon ? 190 : 120 + (60 * (y - horizon)) / heightPx;
      const at = (y * widthPx + x) * 3;
      data[at] = shade;
      data[at + 1] = (shade + seed * 7) % 256;
      data[at + 2] = (shade + (seed >> 5) * 11) % 256;
    }
  }
  const buffer = Buffer.from(encode({ width: widthPx, height: heightPx, data, channels: 3, depth: 8 }));
  return { name: `picture-${String(seed).padStart(3, '0')}.png`, mimeType: 'image/png', buffer };
}

/** A group: the three drawn people of the fixtures and their mirror images, side by side. */
export function makeGroupPhoto(): PictureFile {
  const [width, height] = [640, 480];
  const three = readFileSync(new URL('../fixtures/images/photo-640x480.rgb8', import.meta.url));
  const data = new Uint8Array(width * 2 * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = three.subarray((y * width + x) * 3, (y * width + x + 1) * 3);
      // The mirror image first, so that the seam is where both look the same.
      data.set(pixel, (y * width * 2 + width - 1 - x) * 3);
      data.set(pixel, (y * width * 2 + width + x) * 3);
    }
  }
  const buffer = Buffer.from(encode({ width: width * 2, height, data, channels: 3, depth: 8 }));
  return { name: 'group.png', mimeType: 'image/png', buffer };
}

/** `count` different pictures with seeds from `firstSeed` on. */
export function makePngs(
  count: number,
  firstSeed: number,
  widthPx?: number,
  heightPx?: number,
): PictureFile[] {
  return Array.from({ length: count }, (_, index) => makePng(firstSeed + index, widthPx, heightPx));
}
