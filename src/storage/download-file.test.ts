import { createHash } from 'node:crypto';
import { createSHA256 } from 'hash-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHub, type Hub } from '../../e2e/hub/hub-server.ts';
import type { Behaviour } from '../../e2e/hub/behaviour.ts';
import { downloadFile, type DownloadFileRequest, type DownloadProgress } from './download-file.ts';
import { createMemoryStore } from './memory-store.ts';
import type { PartFile } from './model-store.ts';

const FILE = new Uint8Array(200_000).map((_, index) => (index * 31 + (index >> 8)) & 0xff);
const SHA256 = createHash('sha256').update(FILE).digest('hex');
const PATH = 'owner/repo/resolve/main/onnx/model.onnx';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub((path) => (path === PATH ? FILE : null));
});
afterAll(() => hub.close());

let serial = 0;

async function openPart(bytes = 0): Promise<PartFile> {
  serial += 1;
  const key = { modelId: `model-${serial}`, revision: 'main', variant: 'fp32' };
  const part = await createMemoryStore().openPart(key, 'model.onnx');
  if (bytes > 0) part.append(FILE.slice(0, bytes));
  return part;
}

interface Run {
  readonly waitsMs: number[];
  readonly phases: Set<DownloadProgress['phase']>;
  readonly isOffline?: boolean;
}

async function download(
  behaviour: Partial<Behaviour>,
  part: PartFile,
  change: Partial<DownloadFileRequest> = {},
  run: Run = { waitsMs: [], phases: new Set() },
  signal = new AbortController().signal,
) {
  return await downloadFile(
    {
      url: `${hub.url({ id: `run-${serial}`, ...behaviour })}/${PATH}`,
      expectedBytes: null,
      expectedSha256: null,
      record: null,
      trustsRedirectedEtag: false,
      ...change,
    },
    part,
    {
      fetch,
      createHasher: createSHA256,
      random: () => 0.5,
      isOnline: () => run.isOffline !== true,
      // Time does not pass here, except for the stall watch, which must never fire.
      sleep(ms, aborted) {
        if (ms >= 30_000) {
          return new Promise((_, reject) =>
            aborted.addEventListener('abort', () => reject(aborted.reason as Error), { once: true }),
          );
        }
        run.waitsMs.push(ms);
        return Promise.resolve();
      },
    },
    { signal, onProgress: (progress) => run.phases.add(progress.phase) },
  );
}

function rangesOf(count: number): (string | null)[] {
  return hub.requests
    .filter((request) => request.path === PATH)
    .slice(-count)
    .map((request) => request.range);
}

describe('downloadFile', () => {
  it('writes every byte and gives their hash, and the hub’s word on it', async () => {
    const part = await openPart();
    const result = await download({}, part);
    expect(result).toMatchObject({ sizeBytes: FILE.length, sha256: SHA256, hubSha256: SHA256 });
    expect(part.read(0, FILE.length)).toEqual(FILE);
  });

  it('goes on with a range where an earlier run stopped, and hashes the kept bytes again', async () => {
    const part = await openPart(120_000);
    const run: Run = { waitsMs: [], phases: new Set() };
    const result = await download({}, part, {}, run);
    expect(rangesOf(1)).toEqual(['bytes=120000-']);
    expect(run.phases).toContain('hashing');
    expect(result.sha256).toBe(SHA256);
    expect(part.read(0, FILE.length)).toEqual(FILE);
  });

  it('goes on after a cut line, waiting longer each time without progress', async () => {
    const run: Run = { waitsMs: [], phases: new Set() };
    const result = await download({ cut: 70_000, times: 2 }, await openPart(), {}, run);
    expect(result.sha256).toBe(SHA256);
    expect(rangesOf(3)[0]).toBeNull();
    expect(rangesOf(3)[1]).toMatch(/^bytes=\d+-$/);
    expect(run.waitsMs).toEqual([750, 750]);
  });

  it('starts again when the server knows no ranges', async () => {
    const part = await openPart(120_000);
    const result = await download({ noRange: true }, part);
    expect(result.sha256).toBe(SHA256);
    expect(part.sizeBytes).toBe(FILE.length);
  });

  it('gives up on a line that is always cut at the same byte', async () => {
    const run: Run = { waitsMs: [], phases: new Set() };
    await expect(download({ cut: 50_000, noRange: true }, await openPart(), {}, run)).rejects.toMatchObject({
      code: 'MODEL_FETCH_FAILED',
      details: { reason: 'cut' },
    });
    expect(run.waitsMs).toEqual([750, 1500, 3000, 6000]);
  });

  it('starts again when the file changed under it', async () => {
    const part = await openPart();
    part.append(new Uint8Array(120_000));
    const record = { etag: 'v0', sizeBytes: FILE.length, done: null };
    const result = await download({}, part, { record });
    expect(result.sha256).toBe(SHA256);
    expect(rangesOf(2)).toEqual(['bytes=120000-', null]);
  });

  it('asks for nothing when the part is whole already', async () => {
    const part = await openPart(FILE.length);
    const before = hub.requests.length;
    const record = { etag: null, sizeBytes: FILE.length, done: null };
    const result = await download({}, part, { record, expectedSha256: SHA256 });
    expect(result.sha256).toBe(SHA256);
    expect(hub.requests.length).toBe(before);
  });

  it('takes the answer 416 to a whole part as the end', async () => {
    const part = await openPart(FILE.length);
    const result = await download({}, part, { expectedBytes: FILE.length, expectedSha256: SHA256 });
    expect(result.sha256).toBe(SHA256);
  });

  it.each([404, 403, 410])('does not try again on %i', async (status) => {
    const run: Run = { waitsMs: [], phases: new Set() };
    await expect(download({ status }, await openPart(), {}, run)).rejects.toMatchObject({
      code: 'MODEL_FETCH_FAILED',
      details: { status },
    });
    expect(run.waitsMs).toEqual([]);
  });

  it('tries again on 503, as late as the server says', async () => {
    const run: Run = { waitsMs: [], phases: new Set() };
    const result = await download({ status: 503, retryAfter: 7, times: 1 }, await openPart(), {}, run);
    expect(result.sha256).toBe(SHA256);
    expect(run.waitsMs).toEqual([7000]);
    expect(run.phases).toContain('waiting');
  });

  it('refuses a web page, and a length that the catalogue does not know', async () => {
    const part = await openPart();
    await expect(download({ html: true }, part)).rejects.toMatchObject({ details: { reason: 'html' } });
    expect(part.sizeBytes).toBe(0);
    await expect(
      download({ length: 150_000 }, await openPart(), { expectedBytes: FILE.length }),
    ).rejects.toMatchObject({ details: { reason: 'wrong-length', actualBytes: 150_000 } });
  });

  it('does not try again while there is no network', async () => {
    const run: Run = { waitsMs: [], phases: new Set(), isOffline: true };
    const part = await openPart();
    await expect(download({ cut: 50_000 }, part, {}, run)).rejects.toMatchObject({
      code: 'MODEL_FETCH_FAILED',
      details: { reason: 'cut' },
    });
    expect(run.waitsMs).toEqual([]);
    expect(part.sizeBytes).toBe(50_000);
  });

  it('says when the hub cannot be reached', async () => {
    await expect(
      download({}, await openPart(), { url: 'http://127.0.0.1:9/model.onnx' }),
    ).rejects.toMatchObject({ code: 'MODEL_FETCH_FAILED', details: { reason: 'network', status: 0 } });
  });

  it('asks the pointer where the redirect hides the hash, and trusts a content host’s ETag only at mirrors', async () => {
    const pointer = await download({ redirect: true, hash: 'pointer' }, await openPart());
    expect(pointer.hubSha256).toBe(SHA256);
    const hidden = await download({ redirect: true, hash: 'etag' }, await openPart());
    expect(hidden.hubSha256).toBeNull();
    const mirror = await download({ redirect: true, hash: 'etag' }, await openPart(), {
      trustsRedirectedEtag: true,
    });
    expect(mirror.hubSha256).toBe(SHA256);
  });

  it('stops at once, keeps what it has, and rejects with the signal’s reason', async () => {
    const part = await openPart();
    const controller = new AbortController();
    const running = download({ slow: 200_000 }, part, {}, undefined, controller.signal);
    while (part.sizeBytes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort('pause');
    await expect(running).rejects.toBe('pause');
    expect(part.sizeBytes).toBeGreaterThan(0);
    expect(part.read(0, part.sizeBytes)).toEqual(FILE.slice(0, part.sizeBytes));
  });

  it('passes a full disk on as STORAGE_FULL', async () => {
    const part = await openPart();
    const full: PartFile = {
      ...part,
      get sizeBytes() {
        return part.sizeBytes;
      },
      append(bytes) {
        if (part.sizeBytes > 50_000) throw new DOMException('full', 'QuotaExceededError');
        part.append(bytes);
      },
    };
    await expect(download({}, full)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  });
});
