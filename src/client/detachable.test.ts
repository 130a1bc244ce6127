import { expect, it, vi } from 'vitest';
import { detachable } from './detachable.ts';

it('a reader that leaves is rejected with its reason, and the work goes on', async () => {
  const controller = new AbortController();
  let finish: (value: number) => void = () => undefined;
  const work = new Promise<number>((resolve) => (finish = resolve));
  const read = detachable(work, controller.signal);
  controller.abort('gone');
  await expect(read).rejects.toBe('gone');
  finish(7);
  await expect(work).resolves.toBe(7);
});

it('a reader that stays gets the outcome, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, 'addEventListener');
  const remove = vi.spyOn(signal, 'removeEventListener');
  await expect(detachable(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(detachable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(
    add.mock.calls.map(([, listener]) => listener),
  );
});
