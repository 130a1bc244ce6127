import { describe, expect, it } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { decideEnd, type FailedDownload } from './download-end.ts';
import { fetchFailure } from './download-errors.ts';

const CUT: FailedDownload = {
  error: fetchFailure('https://hub.example/m.onnx', 'cut', 'cut off'),
  stopReason: null,
  receivedBytes: 100,
  isOnline: true,
};

describe('a download that does not get through', () => {
  it('ends as the user wished, whatever else went wrong', () => {
    expect(decideEnd({ ...CUT, stopReason: 'cancel', isOnline: false })).toEqual({ state: 'absent' });
    expect(decideEnd({ ...CUT, stopReason: 'pause', isOnline: false })).toEqual({
      state: 'paused',
      reason: 'user',
      isNoted: true,
    });
  });

  it('waits for room where there is something to go on from, and fails where there is nothing', () => {
    const error = new EngineError('STORAGE_FULL', 'full');
    expect(decideEnd({ ...CUT, error })).toEqual({ state: 'paused', reason: 'storage-full', isNoted: true });
    expect(decideEnd({ ...CUT, error, receivedBytes: 0 })).toEqual({ state: 'failed', isKept: false });
  });

  it('waits for the network where there is none', () => {
    expect(decideEnd({ ...CUT, isOnline: false })).toMatchObject({ state: 'paused', reason: 'offline' });
  });

  it('keeps what has come, unless it is of no use', () => {
    expect(decideEnd(CUT)).toEqual({ state: 'failed', isKept: true });
    const error = fetchFailure('https://hub.example/m.onnx', 'status', '404', { status: 404 });
    expect(decideEnd({ ...CUT, error })).toEqual({ state: 'failed', isKept: false });
    const wrong = new EngineError('MODEL_CHECKSUM_MISMATCH', 'another file');
    expect(decideEnd({ ...CUT, error: wrong })).toEqual({ state: 'failed', isKept: false });
  });
});
