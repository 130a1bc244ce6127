import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../scheduling/fake-clock.ts';
import { createWriteGroup } from './write-group.ts';

function open({
  isMoreComing = (): boolean => true,
  write = (items: readonly string[]): Promise<unknown> => Promise.resolve(items),
} = {}) {
  const clock = createFakeClock();
  const batches: string[][] = [];
  const group = createWriteGroup<string>({
    clock,
    isMoreComing,
    write: async (items) => {
      batches.push([...items]);
      await write(items);
    },
  });
  return { clock, batches, group };
}

describe('a write', () => {
  it('is done at once when it comes alone or first', () => {
    const { clock, batches, group } = open();
    void group.add('a');
    expect(batches).toEqual([['a']]);
    clock.advance(150);
    void group.add('b');
    expect(batches).toEqual([['a'], ['b']]);
    expect(clock.timerCount()).toBe(0);
  });

  it('waits for those that come right after it, not for long', () => {
    const { clock, batches, group } = open();
    void group.add('a');
    clock.advance(40);
    void group.add('b');
    clock.advance(40);
    void group.add('c');
    expect(batches).toEqual([['a']]);
    clock.advance(110);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('takes what waits with it when it is the last', () => {
    let isMoreComing = true;
    const { clock, batches, group } = open({ isMoreComing: () => isMoreComing });
    void group.add('a');
    void group.add('b');
    isMoreComing = false;
    void group.add('c');
    expect(batches).toEqual([['a'], ['b', 'c']]);
    expect(clock.timerCount()).toBe(0);
  });

  it('waits for no more than eight', () => {
    const { batches, group } = open();
    for (let index = 0; index < 10; index += 1) void group.add(String(index));
    expect(batches).toEqual([['0'], ['1', '2', '3', '4', '5', '6', '7', '8']]);
  });

  it('settles with the group it was written in', async () => {
    const { clock, group } = open({
      write: async (items) => {
        if (items.includes('bad')) throw new Error('full');
      },
    });
    await group.add('a');
    const ends = Promise.allSettled([group.add('b'), group.add('bad')]);
    clock.advance(150);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    clock.advance(150);
    await expect(group.add('c')).resolves.toBeUndefined();
  });
});
