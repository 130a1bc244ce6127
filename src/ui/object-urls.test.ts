import { expect, it } from 'vitest';
import { createObjectUrls } from './object-urls.ts';

it('one Blob has one address, revoked with its last user; the next user gets another', () => {
  let made = 0;
  const revoked: string[] = [];
  const urls = createObjectUrls({
    createObjectURL: () => `blob:${++made}`,
    revokeObjectURL: (url) => void revoked.push(url),
  });
  const [a, b] = [new Blob(['a']), new Blob(['b'])];
  expect([urls.acquire(a), urls.acquire(a), urls.acquire(b)]).toEqual(['blob:1', 'blob:1', 'blob:2']);
  urls.release(a);
  expect(revoked).toEqual([]);
  urls.release(a);
  expect(revoked).toEqual(['blob:1']);
  expect(urls.acquire(a)).toBe('blob:3');
});
