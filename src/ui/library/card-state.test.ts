import { describe, expect, it } from 'vitest';
import type { TaskView } from '../../client/inference-client.types.ts';
import type { LibraryImage, Outcome } from '../stores/library-store.ts';
import { taskIdOf } from '../task-id.ts';
import { countCards, createCountSelector, deriveCardState, isActive, toTaskState } from './card-state.ts';

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
