/** True inverse depth of the bundled samples. */
import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import type { Grid } from '../../src/testing/order-agreement.ts';

/** Reads a 16-bit grey PNG of true inverse depth. */
export function readTruth(url: URL): Grid {
  const image = decode(readFileSync(url));
  if (image.depth !== 16 || image.channels !== 1) throw new Error(`${url.pathname} is not 16-bit grey`);
  return { widthPx: image.width, heightPx: image.height, values: image.data };
}
