import { describe, expect, it } from 'vitest';
import type { ResultSummary, TaskView } from '../../client/inference-client.types.ts';
import type { ActiveTask, ActiveTasks, LibraryImage, Outcome } from '../stores/library-store.ts';
import { taskIdOf, type ResultKind } from '../task-id.ts';
import {
  countCards,
  createCountSelector,
  deriveCardState,
  findPictureTask,
  isActive,
  mergeTasks,
  toTaskState,
} from './card-state.ts';

const error = { code: 'IMAGE_EMPTY', message: 'empty', details: {}, causes: [], aborted: false } as const;

function makeImage(id: string, outcome: Outcome = { state: 'open' }): LibraryImage {
  return {
    id,
    name: id,
    source: new Blob(),
    addedAtMs: 0,
    sha256: null,
    widthPx: null,
    heightPx: null,
    thumbnail: null,
    hints: [],
    isSample: false,
    outcome,
  };
}

const QUEUED: TaskView = { state: 'queued', position: 2 };
const PROCESSING: TaskView = { state: 'processing', stage: 'inference', fraction: 0.5, startedAtMs: 0 };

describe('a card', () => {
  it('shows its task where there is one', () => {
    expect(deriveCardState(makeImage('a', { state: 'failed', error }), PROCESSING)).toBe(PROCESSING);
  });

  it('shows how its last task ended after a reload', () => {
    expect(deriveCardState(makeImage('a', { state: 'failed', error }), undefined)).toEqual({
      state: 'failed',
      error,
    });
    expect(deriveCardState(makeImage('a', { state: 'cancelled' }), undefined)).toEqual({
      state: 'cancelled',
    });
  });

  it('waits while its file is read', () => {
    const card = deriveCardState(makeImage('a'), undefined);
    expect(card).toEqual({ state: 'reading' });
    expect(toTaskState(card)).toBe('queued');
    expect(isActive(card)).toBe(true);
  });
});

describe('a picture that another tab works on', () => {
  const image = makeImage('a');
  const parsing = { state: 'queued', position: 2 } as const;
  const both = { 'depth-estimation': PROCESSING as ActiveTask, 'human-parsing': parsing };

  it('waits until that tab tells how far it is, then is as far', () => {
    const silent = deriveCardState({ ...image, elsewhere: { tab: 't', tasks: {} } }, undefined);
    expect(silent).toEqual({ state: 'elsewhere', task: null });
    expect(toTaskState(silent)).toBe('queued');
    const card = deriveCardState({ ...image, elsewhere: { tab: 't', tasks: both } }, undefined);
    expect(card).toEqual({ state: 'elsewhere', task: PROCESSING });
    expect(toTaskState(card)).toBe('processing');
    expect(isActive(card)).toBe(true);
  });

  it('is as far as that tab even where a part of it is done here, which can still be looked at', () => {
    const done: TaskView = { state: 'done', summary: {} as ResultSummary };
    const withOther = { ...image, elsewhere: { tab: 't', tasks: { 'human-parsing': parsing } } };
    expect(deriveCardState(withOther, done)).toEqual({ state: 'elsewhere', task: parsing });
    expect(deriveCardState(withOther, done, 'depth')).toBe(done);
    expect(countCards([withOther], new Map([[taskIdOf('a'), done]]))).toMatchObject({ active: 1, done: 0 });
  });

  it('is as far with one result as that tab is with this one', () => {
    const at = (kind: ResultKind, tasks: ActiveTasks) =>
      deriveCardState({ ...image, elsewhere: { tab: 't', tasks } }, undefined, kind);
    expect(at('parsing', both)).toEqual({ state: 'elsewhere', task: parsing });
    expect(at('depth', { 'human-parsing': parsing })).toEqual({ state: 'elsewhere', task: null });
  });
});

describe('a picture with two tasks', () => {
  const summary = { resultKey: 'k', cache: 'hit', totalMs: 5 } as ResultSummary;
  const done: TaskView = { state: 'done', summary };
  const slow: TaskView = { state: 'done', summary: { ...summary, cache: 'miss', totalMs: 9 } };

  it('is busy while one of them is, and failed or cancelled before it is done', () => {
    const failed: TaskView = { state: 'failed', error };
    expect(mergeTasks([done, PROCESSING])).toBe(PROCESSING);
    expect(mergeTasks([failed, QUEUED])).toBe(QUEUED);
    expect(mergeTasks([done, failed])).toBe(failed);
    expect(mergeTasks([{ state: 'cancelled' }, done])).toEqual({ state: 'cancelled' });
    expect(mergeTasks([undefined, undefined])).toBeUndefined();
  });

  it('took as long as the longer one, and comes from the cache only when both do', () => {
    expect(mergeTasks([done, slow])).toMatchObject({ summary: { cache: 'miss', totalMs: 9 } });
    expect(mergeTasks([done, done])).toMatchObject({ summary: { cache: 'hit' } });
    expect(mergeTasks([undefined, slow])).toBe(slow);
  });

  it('is looked at through what is wanted of it', () => {
    const tasks = new Map<string, TaskView>([
      [taskIdOf('a'), done],
      [taskIdOf('a', 'human-parsing'), QUEUED],
    ]);
    const image = makeImage('a');
    expect(findPictureTask(image, tasks, 'depth')).toBe(done);
    expect(findPictureTask(image, tasks, 'both')).toBe(QUEUED);
    expect(findPictureTask({ ...image, task: 'depth' }, tasks, 'both')).toBe(done);
  });
});

describe('counts', () => {
  const images = [
    makeImage('a'),
    makeImage('b'),
    makeImage('c', { state: 'failed', error }),
    makeImage('d', { state: 'cancelled' }),
  ];

  it('add up to the library', () => {
    const tasks = new Map<string, TaskView>([
      [taskIdOf('a'), QUEUED],
      [taskIdOf('b'), { state: 'failed', error }],
    ]);
    expect(countCards(images, tasks)).toEqual({ total: 4, active: 1, done: 0, failed: 2, cancelled: 1 });
  });

  it('are the same object until a number changes, whatever else does', () => {
    const select = createCountSelector();
    const first = select(images, new Map([[taskIdOf('a'), QUEUED]]));
    const progressed = select(images, new Map([[taskIdOf('a'), PROCESSING]]));
    expect(progressed).toBe(first);
    const cancelled = select(images, new Map<string, TaskView>([[taskIdOf('a'), { state: 'cancelled' }]]));
    expect(cancelled).not.toBe(first);
    expect(cancelled.cancelled).toBe(2);
  });
});
