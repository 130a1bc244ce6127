import { expect, test } from 'vitest';
import type { VariantStatus } from '../worker/storage-api.ts';
import { createStatusBoard } from './status-board.ts';

const KEY = { modelId: 'm', revision: 'r', variant: 'v' };

function setUp() {
  let nowMs = 0;
  const sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  const told: string[] = [];
  const board = createStatusBoard({
    now: () => nowMs,
    sleep: (ms) => new Promise((wake) => sleepers.push({ untilMs: nowMs + ms, wake })),
    onEvent: ({ status }, source) =>
      told.push(
        `${nowMs} ${status.state} ${status.state === 'downloading' ? status.receivedBytes : ''} ${source}`,
      ),
  });
  return {
    board,
    told,
    async pass(ms: number) {
      nowMs += ms;
      for (const { untilMs, wake } of sleepers.splice(0).toSorted((a, b) => a.untilMs - b.untilMs)) {
        if (untilMs <= nowMs) wake();
        else sleepers.push({ untilMs, wake });
      }
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

function received(receivedBytes: number): VariantStatus {
  return {
    state: 'downloading',
    phase: 'receiving',
    receivedBytes,
    totalBytes: 100,
    bytesPerSecond: null,
    secondsLeft: null,
    attempt: 0,
    retryInMs: null,
  };
}

test('progress is told five times a second at most, and the last of it even when nothing follows', async () => {
  const { board, told, pass } = setUp();
  for (let bytes = 1; bytes <= 5; bytes++) {
    board.set(KEY, received(bytes));
    await pass(10);
  }
  expect(told).toEqual(['0 downloading 1 here']);
  expect(board.get(KEY)).toMatchObject({ receivedBytes: 5 });
  // The line has fallen silent.
  await pass(150);
  expect(told).toEqual(['0 downloading 1 here', '200 downloading 5 here']);
  await pass(1000);
  expect(told).toHaveLength(2);
});

test('another state is told at once, and nothing older after it', async () => {
  const { board, told, pass } = setUp();
  board.set(KEY, received(1));
  board.set(KEY, received(2), 'other-tab');
  board.set(KEY, { state: 'absent' });
  await pass(500);
  expect(told).toEqual(['0 downloading 1 here', '0 absent  here']);
});

test('what another tab told last keeps its source', async () => {
  const { board, told, pass } = setUp();
  board.set(KEY, received(1), 'other-tab');
  board.set(KEY, received(2), 'other-tab');
  await pass(200);
  expect(told).toEqual(['0 downloading 1 other-tab', '200 downloading 2 other-tab']);
});
