import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ResultSummary, TaskView } from '../../client/inference-client.types.ts';
import { useLibraryStore } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { allTaskIdsOf, taskIdOf } from '../task-id.ts';
import { makeKept, setUpLibrary } from './library-by-hand.ts';

describe('a library with other tabs', () => {
  beforeEach(() => {
    useLibraryStore.setState({ images: [], isRestored: false });
    useViewStore.setState({ selectedImageId: null });
    useSettingsStore.setState({ task: 'depth' });
  });

  const done: TaskView = { state: 'done', summary: {} as ResultSummary };

  /** Two pictures whose depth is there. */
  async function setUpTwo() {
    const set = setUpLibrary([makeKept('a', { state: 'done' }), makeKept('b', { state: 'done' })]);
    await set.library.restore();
    for (const id of ['a', 'b']) set.change(taskIdOf(id), done);
    await set.settle();
    set.requests.length = 0;
    set.told.length = 0;
    return set;
  }

  it('says what it computes after another choice, so that they wait', async () => {
    const { library, requests, told, settle, change } = await setUpTwo();
    library.setTask('a', 'both');
    expect(requests.map(({ taskId }) => taskId)).toEqual(['a:human-parsing']);
    useSettingsStore.setState({ task: 'both' });
    expect(requests.map(({ taskId }) => taskId)).toEqual(['a:human-parsing', 'b:human-parsing']);
    await settle();
    const open = { outcome: { state: 'open' } };
    expect(told).toEqual([
      { type: 'changed', changes: [['a', { task: 'both', ...open }]] },
      { type: 'changed', changes: [['b', open]] },
    ]);
    // What is there already is no work.
    library.setTask('b', 'depth');
    change('b:human-parsing', done);
    await settle();
    expect(told.slice(2)).toEqual([
      { type: 'changed', changes: [['b', { task: 'depth' }]] },
      { type: 'changed', changes: [['b', { outcome: { state: 'done' } }]] },
    ]);
  });

  it('leaves to another tab what that tab computes after a choice there, and fetches the rest', async () => {
    const { requests, told } = await setUpTwo();
    const stored = JSON.stringify({ version: 1, state: { task: 'both' } });
    vi.stubGlobal('localStorage', { getItem: () => stored, setItem: () => undefined });
    onTestFinished(() => void vi.unstubAllGlobals());
    await useSettingsStore.persist.rehydrate();
    expect(useSettingsStore.getState().task).toBe('both');
    expect(requests).toEqual([]);
    useLibraryStore
      .getState()
      .update(new Map([['a', { outcome: { state: 'open' }, elsewhere: { tab: 'other', tasks: {} } }]]));
    await vi.waitFor(() => expect(requests).not.toEqual([]));
    expect(requests.map(({ taskId }) => taskId)).toEqual(['b:human-parsing']);
    // That is no claim: two tabs would wait for each other.
    expect(told).toEqual([]);
  });

  it('shows the map that is there while another tab goes on, and leaves the end to that tab', async () => {
    const { library, told, client, inside, images, settle } = await setUpTwo();
    library.setTask('a', 'both');
    await settle();
    told.length = 0;
    const elsewhere = { tab: 'other', tasks: {} };
    useLibraryStore.getState().update(new Map([['a', { elsewhere }]]));
    inside()?.stop('a', { keepsMaps: true });
    await settle();
    const states = () => allTaskIdsOf('a').map((taskId) => client.getSnapshot().tasks.get(taskId)?.state);
    expect(states()).toEqual(['done', undefined]);
    expect(images()[0]?.outcome).toEqual({ state: 'open' });
    expect(told).toEqual([]);
    inside()?.stop('a', { keepsMaps: false });
    expect(states()).toEqual([undefined, undefined]);
  });
});
