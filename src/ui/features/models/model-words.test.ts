import { beforeAll, describe, expect, it } from 'vitest';
import type { TFunction } from 'i18next';
import type { ErrorCode, ErrorDetails } from '../../../engine/errors.ts';
import { createFormat } from '../../hooks/format.ts';
import { addLateTexts, createI18n } from '../../locales/i18n.ts';
import { describeModelError, describeProgress, describeState, progressFraction } from './model-words.ts';

const format = createFormat('en');
let t: TFunction<'models'>;
beforeAll(async () => {
  const i18n = await createI18n('en');
  await addLateTexts(i18n);
  t = i18n.getFixedT('en', 'models');
});

const RECEIVING = {
  state: 'downloading',
  phase: 'receiving',
  receivedBytes: 12 * 1024 ** 2,
  totalBytes: 48 * 1024 ** 2,
  bytesPerSecond: 4 * 1024 ** 2,
  secondsLeft: 8.2,
  attempt: 0,
  retryInMs: null,
} as const;

describe('words of a model', () => {
  it('say how much is here, how fast and how long', () => {
    expect(describeProgress(RECEIVING, t, format)).toBe('12 MB of 48 MB · 4 MB/s · 9 s left');
    expect(progressFraction(RECEIVING)).toBe(0.25);
  });

  it('tell a pause of the user from a full disk and a lost network', () => {
    const paused = (reason: 'user' | 'storage-full' | 'offline' | 'interrupted') =>
      describeState({ state: 'paused', reason, receivedBytes: 1, totalBytes: 2 }, t, format);
    expect([paused('user'), paused('storage-full'), paused('offline'), paused('interrupted')]).toEqual([
      'Paused',
      'Storage is full',
      'Waiting for the network',
      'Interrupted',
    ]);
  });

  it('say when a failed download is tried again', () => {
    const waiting = { ...RECEIVING, phase: 'waiting', retryInMs: 2000 } as const;
    expect(describeState(waiting, t, format)).toBe('Trying again in 2 s');
    expect(describeProgress(waiting, t, format)).toBe('12 MB of 48 MB');
  });

  it.each<[ErrorCode, ErrorDetails, RegExp]>([
    ['MODEL_FETCH_FAILED', { reason: 'status', status: 404 }, /answered 404/],
    ['MODEL_FETCH_FAILED', { reason: 'html' }, /web page/],
    ['MODEL_FETCH_FAILED', { reason: 'wrong-length' }, /another length/],
    ['MODEL_FETCH_FAILED', { reason: 'no-model' }, /no whole model\. Nothing was kept/],
    ['MODEL_FETCH_FAILED', { reason: 'cut' }, /kept; retry continues/],
    ['MODEL_CHECKSUM_MISMATCH', {}, /deleted/],
    ['MODEL_CONTRACT_MISMATCH', { found: 'a', expected: 'b' }, /found a, expected b/],
    ['MODEL_INVALID', { reason: 'external-data-missing', missing: 'w.data' }, /w\.data is missing/],
    ['MODEL_INVALID', { reason: 'truncated' }, /was cut off/],
    ['MODEL_INVALID', { reason: 'not-onnx' }, /no ONNX model/],
    ['MODEL_INVALID', { reason: 'opset-too-new', opset: 99, maxOpset: 26 }, /opset 99, up to 26/],
    ['MODEL_INVALID', { reason: 'unknown-operator', operator: 'Warp' }, /operator Warp/],
    ['REQUEST_INVALID', { path: 'input.size' }, /not valid at input\.size/],
    ['REQUEST_INVALID', { path: '' }, /no manifest of a model/],
    ['STORAGE_FULL', { neededBytes: 1024 ** 2 }, /1 MB are needed/],
    [
      'STORAGE_FULL',
      { neededBytes: 26 * 1024 ** 2, freeBytes: 3 * 1024 ** 2 },
      /26 MB are needed, 3 MB are free/,
    ],
  ])('explain %s with %o', (code, details, sentence) => {
    expect(describeModelError({ code, details }, t, format)).toMatch(sentence);
  });

  it('leave codes that have nothing to do with models to the general sentences', () => {
    expect(describeModelError({ code: 'INTERNAL', details: {} }, t, format)).toBeNull();
  });
});
