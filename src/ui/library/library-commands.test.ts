import { beforeEach, describe, expect, it } from 'vitest';
import type { ResultSummary } from '../../client/inference-client.types.ts';
import { useLibraryStore } from '../stores/library-store.ts';
import { useParsingStore } from '../stores/parsing-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { allTaskIdsOf, taskIdOf } from '../task-id.ts';
import { DAMAGED_SIZE, makeKept, setUpLibrary } from './library-by-hand.ts';
import { MAX_LIBRARY_COUNT } from './library-limits.ts';

const error = { code: 'TASK_TIMEOUT', message: 'slow', details: {}, causes: [], aborted: false } as const;

describe('the library', () => {
  beforeEach(() => {
    useLibraryStore.setState({ images: [], isRestored: false });
    useViewStore.setState({ selectedImageId: null, ranges: {} });
    useSettingsStore.setState({ task: 'depth' });
  });

  it('asks for both maps of a picture in one turn, each with the model of its task', async () => {
    useSettingsStore.setState({ task: 'both' });
    const { library, requests, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png')]);
    await settle();
    expect(requests.map(({ taskId, pipeline, model }) => [taskId, pipeline, model.id])).toEqual([
      [taskIdOf(images()[0]?.id ?? ''), 'depth-estimation', 'isobath-depth-tiny'],
      [`${images()[0]?.id ?? ''}:human-parsing`, 'human-parsing', 'isobath-parsing-tiny'],
    ]);
  });

  it('computes what a new choice for all adds, and nothing again', async () => {
    const { library, requests, change, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png')]);
    await settle();
    const id = images()[0]?.id ?? '';
    change(taskIdOf(id), { state: 'done', summary: {} as ResultSummary });
    useSettingsStore.setState({ task: 'both' });
    useSettingsStore.setState({ task: 'parsing' });
    expect(requests.map(({ pipeline }) => pipeline)).toEqual(['depth-estimation', 'human-parsing']);
  });

  it('takes the choice that holds when the picture has been looked at', async () => {
    const { library, requests, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png'), file('b.png'), file('c.png')]);
    library.setTask(images()[0]?.id ?? '', 'parsing');
    library.setTask(images()[2]?.id ?? '', 'parsing');
    await settle();
    expect(requests.map(({ pipeline }) => pipeline)).toEqual([
      'human-parsing',
      'depth-estimation',
      'human-parsing',
    ]);
  });

  it('computes a new choice for all also of pictures that were looked at a moment before', async () => {
    const { library, requests, settle, file } = setUpLibrary();
    library.importFiles([file('a.png'), file('b.png'), file('c.png')]);
    while (requests.length < 3) await Promise.resolve();
    useSettingsStore.setState({ task: 'both' });
    await settle();
    expect(requests.filter(({ pipeline }) => pipeline === 'human-parsing')).toHaveLength(3);
  });

  it('keeps the picture that a drawing was made into, so that the next visit can show it', async () => {
    const png = new Blob(['drawn']);
    const { library, stored, images, settle, file } = setUpLibrary([], png);
    library.importFiles([file('a.svg')]);
    await settle();
    expect(stored.get(images()[0]?.id ?? '')?.source).toBe(png);
  });

  it('follows a picture’s own choice before that for all, and drops what is no longer wanted', async () => {
    const { library, requests, client, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png'), file('b.png', 2)]);
    await settle();
    const id = images()[1]?.id ?? '';
    library.setTask(id, 'parsing');
    expect(requests.map(({ pipeline }) => pipeline)).toEqual([
      'depth-estimation',
      'depth-estimation',
      'human-parsing',
    ]);
    const { tasks } = client.getSnapshot();
    expect(allTaskIdsOf(id).map((taskId) => tasks.get(taskId)?.state)).toEqual(['cancelled', 'queued']);
  });

  it('enqueues every imported picture by command, the selected one first in line', async () => {
    const { library, requests, prioritized, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png', 1), file('b.png', 2)]);
    expect(useViewStore.getState().selectedImageId).toBe(images()[0]?.id);
    await settle();
    expect(requests.map((request) => request.sourceSha256)).toEqual(['sha-1', 'sha-2']);
    expect(requests[0]).toMatchObject({ pipeline: 'depth-estimation', options: { detailPx: 256 } });
    expect(images()[1]).toMatchObject({ sha256: 'sha-2', widthPx: 4 });
    expect(prioritized).toContain(taskIdOf(images()[0]?.id ?? ''));
  });

  it('puts the picture in the viewer first when it is run again, retried, or wanted otherwise', async () => {
    const { library, prioritized, requests, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png'), file('b.png')]);
    await settle();
    const [viewed = '', other = ''] = images().map(({ id }) => id);
    for (const act of [
      () => library.rerun([viewed, other]),
      () => library.retry(viewed),
      () => library.setTask(viewed, 'both'),
      () => useSettingsStore.setState({ task: 'both' }),
    ]) {
      prioritized.length = 0;
      requests.length = 0;
      act();
      expect(requests).not.toEqual([]);
      expect(prioritized).toEqual(allTaskIdsOf(viewed));
    }
  });

  it('keeps a picture that is run again while it waits as one to continue, not as cancelled', async () => {
    const { library, stored, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png')]);
    await settle();
    const id = images()[0]?.id ?? '';
    library.rerun([id]);
    await settle();
    expect(stored.get(id)?.outcome).toEqual({ state: 'open' });
  });

  it('gives a bad file its own failure and goes on with the others', async () => {
    const { library, requests, images, settle, file } = setUpLibrary();
    library.importFiles([file('empty.png', 0), file('good.png', 5)]);
    await settle();
    expect(images()[0]?.outcome).toMatchObject({ state: 'failed', error: { code: 'IMAGE_EMPTY' } });
    expect(requests).toHaveLength(1);
  });

  it('starts a picture before it is decoded, and drops its tasks when it turns out damaged', async () => {
    const { client, library, requests, images, settle, file, holdDecoding } = setUpLibrary();
    const decode = holdDecoding();
    library.importFiles([file('damaged.png', DAMAGED_SIZE), file('good.png', 5)]);
    await settle();
    expect(requests).toHaveLength(2);
    expect(images()[1]).toMatchObject({ sha256: 'sha-5', widthPx: 4, thumbnail: null });
    decode();
    await settle();
    expect(images()[0]?.outcome).toMatchObject({ state: 'failed', error: { code: 'IMAGE_DECODE_FAILED' } });
    expect([...client.getSnapshot().tasks.keys()]).toEqual([taskIdOf(images()[1]?.id ?? '')]);
    expect(images()[1]?.thumbnail?.size).toBe(1);
  });

  it('makes the thumbnail of a picture whose task is cancelled meanwhile, or whose page was closed too early', async () => {
    const { client, library, images, settle, file, holdDecoding } = setUpLibrary([
      { ...makeKept('kept', { state: 'done' }), thumbnail: null },
    ]);
    const decode = holdDecoding();
    await library.restore();
    library.importFiles([file('a.png', 2)]);
    await settle();
    const id = images()[1]?.id ?? '';
    library.cancel(id);
    await settle();
    expect(client.getSnapshot().tasks.get(taskIdOf(id))?.state).toBe('cancelled');
    decode();
    await settle();
    expect(images().map(({ thumbnail, outcome }) => [thumbnail?.size, outcome.state])).toEqual([
      [1, 'done'],
      [1, 'cancelled'],
    ]);
  });

  it('remembers how tasks ended', async () => {
    const { library, change, stored, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png')]);
    await settle();
    const id = images()[0]?.id ?? '';
    change(taskIdOf(id), { state: 'failed', error });
    await settle();
    expect(stored.get(id)?.outcome).toEqual({ state: 'failed', error });
    library.retry(id);
    await settle();
    expect(stored.get(id)?.outcome).toEqual({ state: 'open' });
  });

  it('continues done and open pictures of an earlier visit, and leaves failed and cancelled ones', async () => {
    const { library, requests, images } = setUpLibrary([
      makeKept('done', { state: 'done' }),
      makeKept('open', { state: 'open' }),
      makeKept('failed', { state: 'failed', error }),
      makeKept('cancelled', { state: 'cancelled' }),
    ]);
    await library.restore();
    expect(images()).toHaveLength(4);
    expect(requests.map((request) => request.taskId)).toEqual([taskIdOf('done'), taskIdOf('open')]);
    expect(useViewStore.getState().selectedImageId).toBe('done');
  });

  it('shows a demo that steps back before the first own picture and is never kept', async () => {
    const { library, images, stored, settle, file } = setUpLibrary();
    library.showDemo(file('street.jpg'));
    expect(images().map((image) => image.name)).toEqual(['street.jpg']);
    expect(stored.size).toBe(0);
    library.importFiles([file('mine.jpg')]);
    await settle();
    expect(images().map((image) => image.name)).toEqual(['mine.jpg']);
    expect([...stored.values()].map((image) => image.name)).toEqual(['mine.jpg']);
  });

  it('leaves the place of the demo open until it is there, or cannot be had', async () => {
    const { library, file } = setUpLibrary();
    const isDemoDue = () => useLibraryStore.getState().isDemoDue;
    await library.restore();
    expect(isDemoDue()).toBe(true);
    library.showDemo(null);
    expect(isDemoDue()).toBe(false);
    await library.restore();
    library.showDemo(file('street.jpg'));
    expect(isDemoDue()).toBe(false);
  });

  it('needs no demo where another tab’s pictures come first', async () => {
    const { library } = setUpLibrary();
    await library.restore();
    useLibraryStore.getState().adopt([makeKept('theirs', { state: 'done' })]);
    expect(useLibraryStore.getState().isDemoDue).toBe(false);
  });

  it('expects no demo in a library with pictures, nor in one that was emptied by hand', async () => {
    const full = setUpLibrary([makeKept('done', { state: 'done' })]);
    await full.library.restore();
    expect(useLibraryStore.getState().isDemoDue).toBe(false);
    await full.library.clear();
    await full.library.restore();
    expect(useLibraryStore.getState().isDemoDue).toBe(false);
  });

  it('keeps what is selected when a card is clicked whose picture has just gone', async () => {
    const { library, images, file } = setUpLibrary();
    library.showDemo(file('street.jpg'));
    const demoId = images()[0]?.id ?? '';
    library.importFiles([file('mine.jpg')]);
    library.select(demoId);
    expect(useViewStore.getState().selectedImageId).toBe(images()[0]?.id);
  });

  it('keeps the demo beside other samples', async () => {
    const { library, images, stored, file } = setUpLibrary();
    library.showDemo(file('street.jpg'));
    library.importFiles([file('park.jpg')], { isSample: true });
    expect(images().map((image) => image.name)).toEqual(['street.jpg', 'park.jpg']);
    expect(stored.size).toBe(2);
  });

  it('cancels pictures that wait, whether their file was read already or not', async () => {
    const { library, images, settle, file } = setUpLibrary();
    library.importFiles([file('a.png', 1), file('b.png', 2), file('c.png', 3)]);
    library.cancelAll();
    await settle();
    expect(images().map((image) => image.outcome.state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('selects the neighbour of a removed picture and remembers that it was emptied', async () => {
    const { library, images, settle, file, isEmptied } = setUpLibrary();
    library.importFiles([file('a.png', 1), file('b.png', 2)]);
    await settle();
    const [a, b] = images().map((image) => image.id);
    library.remove([a ?? '']);
    expect(useViewStore.getState().selectedImageId).toBe(b);
    library.remove([b ?? '']);
    expect(useViewStore.getState().selectedImageId).toBeNull();
    expect(isEmptied()).toBe(true);
  });

  it('brings removed pictures back where they were, last removed first, kept and looked at as before', async () => {
    const { library, images, stored, requests, settle, file, isEmptied } = setUpLibrary();
    library.importFiles([file('a.jpg', 1), file('b.jpg', 2), file('c.jpg', 3)]);
    await settle();
    const [a = '', b = '', c = ''] = images().map(({ id }) => id);
    useViewStore.getState().setRange(b, { mode: 'full' });
    library.remove([b]);
    library.remove([a, c]);
    expect(images()).toEqual([]);
    const askedBefore = requests.length;

    expect(library.undoRemove()).toEqual(['a.jpg', 'c.jpg']);
    expect(images().map(({ name }) => name)).toEqual(['a.jpg', 'c.jpg']);
    expect(useViewStore.getState().selectedImageId).toBe(a);
    expect(isEmptied()).toBe(false);
    expect(library.undoRemove()).toEqual(['b.jpg']);
    expect(images().map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(useViewStore.getState().ranges[b]).toEqual({ mode: 'full' });
    expect([...stored.keys()].sort()).toEqual([a, b, c].sort());
    expect(requests.slice(askedBefore).map(({ sourceSha256 }) => sourceSha256)).toEqual([
      'sha-1',
      'sha-3',
      'sha-2',
    ]);
    expect(library.undoRemove()).toEqual([]);
  });

  it('cannot bring back what was cleared', async () => {
    const { library, images, file } = setUpLibrary();
    library.importFiles([file('a.jpg'), file('b.jpg')]);
    library.remove([images()[0]?.id ?? '']);
    await library.clear();
    expect(library.undoRemove()).toEqual([]);
    expect(images()).toEqual([]);
  });

  it('forgets how a removed picture was looked at', () => {
    const { library, images, file } = setUpLibrary();
    library.importFiles([file('a.png'), file('b.png')]);
    const [a = '', b = ''] = images().map((image) => image.id);
    for (const id of [a, b]) {
      useViewStore.getState().setRange(id, { mode: 'full' });
      useParsingStore.getState().togglePerson(id, 1);
    }
    library.remove([a]);
    expect(useViewStore.getState().ranges).toEqual({ [b]: { mode: 'full' } });
    expect(useParsingStore.getState().hiddenPeople).toEqual({ [b]: [1] });
  });

  it('walks with steps and stops at the ends', async () => {
    const { library, images, file } = setUpLibrary();
    library.importFiles([file('a.png'), file('b.png')]);
    const [a, b] = images().map((image) => image.id);
    library.step(1);
    library.step(1);
    expect(useViewStore.getState().selectedImageId).toBe(b);
    library.step(-1);
    expect(useViewStore.getState().selectedImageId).toBe(a);
  });

  it('takes what fits and says how many did not', () => {
    const { library, images, file } = setUpLibrary();
    const files = Array.from({ length: MAX_LIBRARY_COUNT + 3 }, (_, index) => file(`${index}.png`));
    expect(library.importFiles(files).leftOutCount).toBe(3);
    expect(images()).toHaveLength(MAX_LIBRARY_COUNT);
    library.cancelAll();
  });
});
