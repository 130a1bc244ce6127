import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TaskView } from '../../client/inference-client.types.ts';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { taskIdOf } from '../task-id.ts';
import { openLibraryTabs } from './library-tabs.ts';
import type { LibraryInside, TabMessage } from './tab-messages.ts';

const PREFIX = 'isobath:library-tab:';

/** Exclusive locks of one origin, granted in order; Node has none. */
function createLocks() {
  const tails = new Map<string, Promise<unknown>>();
  const held = new Set<string>();
  const request = (name: string, ...rest: unknown[]) => {
    const work = rest.at(-1) as () => Promise<unknown>;
    const run = (tails.get(name) ?? Promise.resolve()).then(async () => {
      held.add(name);
      await work();
      held.delete(name);
    });
    tails.set(name, run);
    return run;
  };
  const query = () => Promise.resolve({ held: [...held].map((name) => ({ name })) });
  return { request, query } as unknown as LockManager;
}

function makeImage(id: string, outcome: LibraryImage['outcome']['state'], addedAtMs = 1): LibraryImage {
  return {
    id,
    name: `${id}.jpg`,
    source: new Blob(['x']),
    addedAtMs,
    sha256: `sha-${id}`,
    widthPx: 4,
    heightPx: 3,
    thumbnail: null,
    hints: [],
    isSample: false,
    outcome: { state: outcome } as LibraryImage['outcome'],
  };
}

let channelCount = 0;

/** A tab of the app, and another one that is played by hand. */
async function setUp({ isKept = true, own = [] as readonly LibraryImage[] } = {}) {
  const channelName = `library-test-${++channelCount}`;
  useLibraryStore.setState({ images: own });
  const calls: string[] = [];
  const tasks = new Map<string, TaskView>();
  const listeners = new Set<() => void>();
  const note = (what: string, ids: readonly string[]) => calls.push(`${what} ${ids.join()}`);
  const inside: LibraryInside = {
    start: (images) =>
      images.length > 0 &&
      note(
        'start',
        images.map(({ id }) => id),
      ),
    drop: (ids) => {
      note('drop', ids);
      useLibraryStore.getState().remove(ids);
    },
    stop: (id, { keepsMaps }) => note(keepsMaps ? 'pause' : 'stop', [id]),
    cancel: (id) => note('cancel', [id]),
    applyChoice: ({ id }) => note('choose', [id]),
    isDemo: (id) => id === 'demo',
    dropDemo: () => calls.push('demo'),
    forgetRemoved: () => calls.push('forget removed'),
    getTasks: () => tasks,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const locks = createLocks();
  const other = new BroadcastChannel(channelName);
  const heard: TabMessage[] = [];
  other.onmessage = (event: MessageEvent<{ message: TabMessage }>) => heard.push(event.data.message);
  let leave = () => {};
  void locks.request(`${PREFIX}other`, () => new Promise<void>((resolve) => (leave = resolve)));
  const tabs = await openLibraryTabs({
    inside,
    persistence: {
      isKept: () => isKept,
      adopt: (images) =>
        note(
          'adopt',
          images.map(({ id, source }) => `${id}:${source.size}`),
        ),
      forget: (ids) => note('forget', ids),
    },
    channelName,
    locks,
  });
  if (tabs === null) throw new Error('no tabs');
  onTestFinished(() => {
    leave();
    tabs.close();
    other.close();
  });
  const images = () => useLibraryStore.getState().images;
  return {
    tabs,
    calls,
    heard,
    leave: () => leave(),
    /** By the other tab; resolves when it has come. */
    async say(message: TabMessage, at?: number) {
      other.postMessage({ from: 'other', at, message });
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
    states: () => images().map(({ id, outcome, elsewhere }) => [id, outcome.state, elsewhere?.tab ?? null]),
    elsewhere: (id: string) => images().find((image) => image.id === id)?.elsewhere,
    listeners,
    /** By this tab's own client. */
    work(id: string, view: TaskView) {
      tasks.set(taskIdOf(id), view);
      for (const listener of listeners) listener();
    },
  };
}

beforeEach(() => {
  useLibraryStore.setState({ images: [] });
  useViewStore.getState().select(null);
});

describe('what another tab does', () => {
  it('adds: the picture is here, in the order of coming, and waits for that tab', async () => {
    const { say, calls, heard, states } = await setUp({ own: [makeImage('late', 'done', 9)] });
    await say({ type: 'added', images: [makeImage('a', 'open', 2), makeImage('b', 'done', 3)] });
    await say({ type: 'added', images: [makeImage('a', 'open', 2)] });
    expect(states()).toEqual([
      ['a', 'open', 'other'],
      ['b', 'done', null],
      ['late', 'done', null],
    ]);
    expect(calls).toEqual(['adopt a:1,b:1', 'demo', 'start b']);
    expect(useViewStore.getState().selectedImageId).toBe('a');
    // No echo.
    expect(heard).toEqual([]);
  });

  it('finishes: the map is fetched here, and what was known before is over', async () => {
    const { say, calls, heard, states } = await setUp();
    await say({ type: 'added', images: [makeImage('a', 'open')] });
    calls.length = 0;
    await say({ type: 'changed', changes: [['a', { widthPx: 8 }]] });
    await say({ type: 'changed', changes: [['a', { outcome: { state: 'done' } }]] });
    await say({ type: 'changed', changes: [['unknown', { outcome: { state: 'done' } }]] });
    expect(states()).toEqual([['a', 'done', null]]);
    expect(useLibraryStore.getState().images[0]?.widthPx).toBe(8);
    expect(calls).toEqual(['stop a', 'start a']);
    expect(heard).toEqual([]);
  });

  it('draws an SVG: its bytes are known here by their new size', async () => {
    const { say, calls } = await setUp({ own: [makeImage('a', 'done')] });
    await say({ type: 'changed', changes: [['a', { source: new Blob(['drawn']), widthPx: 8 }]] });
    expect(calls).toEqual(['adopt a:5']);
  });

  it('runs again: the picture waits for it; another choice of tasks counts here, too', async () => {
    const { say, calls, states } = await setUp({ own: [makeImage('a', 'done')] });
    await say({ type: 'changed', changes: [['a', { outcome: { state: 'open' } }]] });
    expect(states()).toEqual([['a', 'open', 'other']]);
    await say({ type: 'changed', changes: [['a', { task: 'both' }]] });
    expect(calls).toEqual(['pause a']);
    await say({ type: 'changed', changes: [['a', { outcome: { state: 'cancelled' } }]] });
    await say({ type: 'changed', changes: [['a', { task: 'depth' }]] });
    expect(calls).toEqual(['pause a', 'stop a', 'choose a']);
    // Who has chosen computes it.
    await say({ type: 'changed', changes: [['a', { task: 'both', outcome: { state: 'open' } }]] });
    expect(calls.slice(3)).toEqual(['pause a']);
    expect(states()).toEqual([['a', 'open', 'other']]);
  });

  it('removes and clears: gone here as well', async () => {
    const { say, calls, states } = await setUp({ own: ['a', 'b', 'c'].map((id) => makeImage(id, 'done')) });
    await say({ type: 'removed', ids: ['b', 'unknown'] });
    expect(states().map(([id]) => id)).toEqual(['a', 'c']);
    await say({ type: 'cleared' });
    expect(states()).toEqual([]);
    expect(calls).toEqual(['forget b,unknown', 'drop b', 'forget removed', 'forget a,c', 'drop a,c']);
  });

  it('cancels what this tab works on, and only that', async () => {
    const { say, calls } = await setUp({ own: [makeImage('mine', 'open')] });
    await say({ type: 'added', images: [makeImage('theirs', 'open', 2)] });
    calls.length = 0;
    await say({ type: 'cancel', ids: ['mine', 'theirs', 'unknown'] });
    expect(calls).toEqual(['cancel mine']);
  });

  it('goes away: this tab goes on with what it left', async () => {
    const { say, calls, heard, states, leave } = await setUp();
    await say({ type: 'added', images: [makeImage('a', 'open'), makeImage('b', 'failed', 2)] });
    calls.length = 0;
    leave();
    await vi.waitFor(() => expect(calls).toEqual(['start a']));
    expect(states()).toEqual([
      ['a', 'open', null],
      ['b', 'failed', null],
    ]);
    await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['working']));
  });
});

const QUEUED: TaskView = { state: 'queued', position: 2 };
const computing = (fraction: number): TaskView => ({
  state: 'processing',
  stage: 'inference',
  fraction,
  startedAtMs: 7,
});

describe('how far another tab is', () => {
  it('is known of what it works on, and forgotten when it goes away', async () => {
    const { say, elsewhere, leave } = await setUp({ own: [makeImage('mine', 'open')] });
    await say({ type: 'added', images: [makeImage('a', 'open'), makeImage('done', 'done', 2)] });
    expect(elsewhere('a')).toEqual({ tab: 'other', tasks: {} });
    const tasks = { 'depth-estimation': { state: 'queued', position: 3 } } as const;
    await say({ type: 'progress', pictures: ['a', 'done', 'mine', 'unknown'].map((id) => [id, tasks]) });
    expect(elsewhere('a')).toEqual({ tab: 'other', tasks });
    expect([elsewhere('done'), elsewhere('mine')]).toEqual([null, undefined]);
    // That it still works on it says nothing new.
    await say({ type: 'working', images: [makeImage('a', 'open')] });
    expect(elsewhere('a')).toEqual({ tab: 'other', tasks });
    leave();
    await vi.waitFor(() => expect(elsewhere('a')).toBeNull());
  });

  it('is told at once for many steps, only while somebody is there, and not when nothing changes', async () => {
    const { tabs, say, work, heard, listeners } = await setUp({
      own: [makeImage('a', 'open'), makeImage('b', 'open', 2), makeImage('done', 'done', 3)],
    });
    const pause = () => new Promise((resolve) => setTimeout(resolve, 400));
    work('a', QUEUED);
    await pause();
    expect(heard).toEqual([]);

    await say({ type: 'hello' });
    work('b', QUEUED);
    work('done', QUEUED);
    for (let step = 1; step <= 5; step += 1) work('a', computing(step / 10));
    await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['working', 'progress']));
    expect(heard[1]).toEqual({
      type: 'progress',
      pictures: [
        ['a', { 'depth-estimation': computing(0.5) }],
        ['b', { 'depth-estimation': QUEUED }],
      ],
    });

    // The end of a task is told as an outcome; that it runs no more is told, too: another one may go on.
    work('a', { state: 'cancelled' });
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(heard[2]).toEqual({ type: 'progress', pictures: [['a', {}]] });
    work('b', QUEUED);
    await pause();
    expect(heard).toHaveLength(3);
    tabs.close();
    expect(listeners.size).toBe(0);
  });
});

describe('two tabs that begin with the same picture at the same time', () => {
  const claim = (id: string, facts = {}): TabMessage => ({
    type: 'changed',
    changes: [[id, { ...facts, outcome: { state: 'open' } }]],
  });

  it('agree: the later claim holds, of two at one time that of the greater id', async () => {
    const { tabs, say, calls, states } = await setUp({
      own: [makeImage('a', 'open'), makeImage('b', 'open', 2)],
    });
    tabs.post(claim('a'));
    tabs.post(claim('b'));
    // Sent before the other heard of these: once earlier by count, once at the same.
    await say(claim('a', { task: 'both', widthPx: 8 }), 0);
    await say(claim('b', { task: 'both', widthPx: 8 }), 2);
    expect(states()).toEqual([
      ['a', 'open', null],
      ['b', 'open', 'other'],
    ]);
    expect(calls).toEqual(['pause b']);
    // What was found out of the picture counts in any case, the choice that lost does not.
    const [a, b] = useLibraryStore.getState().images;
    expect([a?.widthPx, a?.task, b?.widthPx, b?.task]).toEqual([8, undefined, 8, 'both']);
  });

  it('agree when both come back from a restart of the browser: one goes on', async () => {
    const { say, calls, heard, states } = await setUp({ own: [makeImage('a', 'open')] });
    // Asked here before the other has said what it works on, and there as well.
    await say({ type: 'hello' }, 1);
    expect(heard).toHaveLength(1);
    await say({ type: 'working', images: [makeImage('a', 'open')] }, 1);
    expect(states()).toEqual([['a', 'open', null]]);
    await say({ type: 'working', images: [makeImage('a', 'open')] }, 2);
    expect(states()).toEqual([['a', 'open', 'other']]);
    expect(calls).toEqual(['pause a']);
  });
});

describe('a tab that opens', () => {
  it('asks what others work on, and takes what it does not have', async () => {
    const { tabs, say, heard, states } = await setUp({
      own: [makeImage('a', 'open'), makeImage('b', 'open', 2)],
    });
    const greeted = tabs.greet();
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'hello' }]));
    await say({ type: 'working', images: [makeImage('b', 'open', 2), makeImage('c', 'open', 3)] });
    await greeted;
    expect(states()).toEqual([
      ['a', 'open', null],
      ['b', 'open', 'other'],
      ['c', 'open', 'other'],
    ]);
  });

  it('is told, and does not wait for one that hangs', async () => {
    const { tabs, say, heard } = await setUp({
      own: [makeImage('a', 'open'), makeImage('b', 'done', 2), makeImage('demo', 'open', 3)],
    });
    await say({ type: 'hello' });
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    // Not of the picture of a first visit, which each tab has for itself.
    expect(heard[0]).toMatchObject({ type: 'working', images: [{ id: 'a' }] });
    await tabs.greet();
    expect(heard.at(-1)).toEqual({ type: 'hello' });
  });
});

it('where nothing is kept, tabs are each on their own', async () => {
  const { tabs, say, heard, states } = await setUp({ isKept: false });
  tabs.post({ type: 'removed', ids: ['a'] });
  await say({ type: 'added', images: [makeImage('a', 'open')] });
  expect(states()).toEqual([]);
  expect(heard).toEqual([]);
  expect(
    await openLibraryTabs({
      inside: {} as LibraryInside,
      persistence: { isKept: () => true, adopt: () => {}, forget: () => {} },
      locks: undefined,
    }),
  ).toBeNull();
});
