import { describe, expect, it } from 'vitest';
import type { InstalledFile } from '../platform/browser/model-files.ts';
import type { DownloadRecord } from './model-store.ts';
import { describeStored } from './stored-status.ts';

const FILE: InstalledFile = {
  role: 'graph',
  name: 'm.onnx',
  storedName: 'm.onnx',
  sizeBytes: 700,
  sha256: 'ab',
  hashOrigin: 'catalogue',
};
const RECORD: DownloadRecord = {
  schemaVersion: 1,
  intent: 'running',
  hubBaseUrl: 'https://hub.example',
  totalBytes: 1000,
  files: {},
};

describe('what storage holds of a variant', () => {
  it('is installed with its marker, whatever else lies beside it', () => {
    const marker = { schemaVersion: 1, files: [FILE, FILE], installedAtMs: 5 } as const;
    expect(describeStored({ marker, download: RECORD, sizeBytes: 9999 }, null)).toEqual({
      state: 'ready',
      files: [FILE, FILE],
      installedAtMs: 5,
      sizeBytes: 1400,
      blobUrls: null,
    });
  });

  it('is a download that goes on: interrupted, or paused by the user', () => {
    const held = { marker: null, download: RECORD, sizeBytes: 400 };
    expect(describeStored(held, null)).toEqual({
      state: 'paused',
      reason: 'interrupted',
      receivedBytes: 400,
      totalBytes: 1000,
    });
    const paused = { ...held, download: { ...RECORD, intent: 'paused' } as const };
    expect(describeStored(paused, null)).toMatchObject({ state: 'paused', reason: 'user' });
  });

  it('never promises less than has come', () => {
    expect(describeStored({ marker: null, download: RECORD, sizeBytes: 1200 }, null)).toMatchObject({
      receivedBytes: 1200,
      totalBytes: 1200,
    });
  });

  it('is nothing without marker and record', () => {
    expect(describeStored({ marker: null, download: null, sizeBytes: 400 }, null)).toEqual({
      state: 'absent',
    });
  });
});
