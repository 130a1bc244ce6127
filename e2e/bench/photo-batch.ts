/** Photos as the measures need them: named, and each time other bytes. */
import type { NamedPhoto } from './import-photos.ts';

export function nameAll(photos: readonly Buffer[], prefix: string): NamedPhoto[] {
  return photos.map((bytes, index) => ({ name: `${prefix}-${index}.jpg`, bytes }));
}

/** The same photo with other bytes at its end, after the JPEG's last marker: another key, the same work. */
export function vary(photo: Buffer, salt: number | string): Buffer {
  return Buffer.concat([photo, Buffer.from(`salt ${salt}`)]);
}

export function firstOf(photos: readonly Buffer[]): Buffer {
  const [first] = photos;
  if (first === undefined) throw new Error('the benchmark has no photos');
  return first;
}
