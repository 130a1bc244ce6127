/** Pictures made on the spot, each different from all others, so that no result comes from a cache by accident. */
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

/** `count` different pictures with seeds from `firstSeed` on. */
export function makePngs(
  count: number,
  firstSeed: number,
  widthPx?: number,
  heightPx?: number,
): PictureFile[] {
  return Array.from({ length: count }, (_, index) => makePng(firstSeed + index, widthPx, heightPx));
}
