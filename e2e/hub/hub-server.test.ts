import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatBehaviour, splitBehaviour } from './behaviour.ts';
import { findFixtureFile, makeBulk } from './fixture-files.ts';
import { startHub, type Hub } from './hub-server.ts';

const PATH = 'bulk/100000/resolve/main/model.onnx';
const FILE = makeBulk(100_000);

let hub: Hub;
beforeAll(async () => {
  hub = await startHub(findFixtureFile);
});
afterAll(() => hub.close());

async function read(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

describe('the test hub', () => {
  it('serves a file to other origins, with its length and hash', async () => {
    const response = await fetch(`${hub.url()}/${PATH}`);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('content-length')).toBe('100000');
    expect(response.headers.get('x-linked-etag')).toMatch(/^"[0-9a-f]{64}"$/);
    expect(await read(response)).toEqual(FILE);
  });

  it('serves the rest of a file', async () => {
    const response = await fetch(`${hub.url()}/${PATH}`, { headers: { range: 'bytes=99990-' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 99990-99999/100000');
    expect(await read(response)).toEqual(FILE.slice(99_990));
  });

  it('ignores ranges when told to, and refuses those past the end otherwise', async () => {
    const headers = { range: 'bytes=100000-' };
    expect((await fetch(`${hub.url({ noRange: true })}/${PATH}`, { headers })).status).toBe(200);
    expect((await fetch(`${hub.url()}/${PATH}`, { headers })).status).toBe(416);
  });

  it('redirects to another origin, where the hub’s hash header is not', async () => {
    const response = await fetch(`${hub.url({ redirect: true })}/${PATH}`);
    expect(response.redirected).toBe(true);
    expect(new URL(response.url).origin).not.toBe(new URL(hub.url()).origin);
    expect(response.headers.get('x-linked-etag')).toBeNull();
    expect(await read(response)).toEqual(FILE);
  });

  it('cuts the line, only as often as told', async () => {
    const url = `${hub.url({ cut: 30_000, times: 1, id: 'cut-once' })}/${PATH}`;
    await expect(fetch(url).then(read)).rejects.toThrow();
    expect((await fetch(url).then(read)).length).toBe(100_000);
  });

  it('holds the rest of a file back while its gate is closed', async () => {
    hub.closeGate();
    const response = await fetch(`${hub.url({ gateAt: 40_000 })}/${PATH}`);
    const reader = response.body?.getReader();
    let received = 0;
    // Whole chunks: as many as fit before the gate.
    while (received < 32_768) received += (await reader?.read())?.value?.length ?? Infinity;
    const next = reader?.read();
    const first = await Promise.race([next, fetch(`${hub.url()}/${PATH}`).then(() => 'nothing')]);
    expect([received, first]).toEqual([32_768, 'nothing']);
    hub.openGate();
    received += (await next)?.value?.length ?? 0;
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      received += part.value.length;
    }
    expect(received).toBe(100_000);
  });

  it('sends a wrong byte, a web page, another length, a status', async () => {
    const wrong = await fetch(`${hub.url({ wrong: true })}/${PATH}`).then(read);
    expect(wrong.filter((byte, index) => byte !== FILE[index]).length).toBe(1);
    const html = await fetch(`${hub.url({ html: true })}/${PATH}`);
    expect(html.headers.get('content-type')).toBe('text/html');
    expect((await fetch(`${hub.url({ length: 7 })}/${PATH}`).then(read)).length).toBe(7);
    expect((await fetch(`${hub.url({ status: 503 })}/${PATH}`)).status).toBe(503);
    expect((await fetch(`${hub.url()}/nobody/nothing`)).status).toBe(404);
  });

  it('gives a pointer beside the file', async () => {
    const url = `${hub.url({ hash: 'pointer' })}/${PATH.replace('/resolve/', '/raw/')}`;
    expect(await (await fetch(url)).text()).toMatch(
      /^version https:\/\/git-lfs.*\noid sha256:[0-9a-f]{64}\nsize 100000\n$/,
    );
  });

  it('stands in for the catalogue’s files', async () => {
    const path = 'onnx-community/depth-anything-v2-small/resolve/main/onnx/model_uint8.onnx';
    expect((await findFixtureFile(path))?.length).toBe(526_069);
    expect(await findFixtureFile('fixtures/models/resolve/main/../../../package.json')).toBeNull();
  });
});

describe('behaviour in an address', () => {
  it('is read back as it was written', () => {
    const { behaviour, rest } = splitBehaviour(
      `/${formatBehaviour({ cut: 5, hash: 'none', redirect: true })}/a/b`,
    );
    expect(behaviour).toMatchObject({ cut: 5, hash: 'none', redirect: true, wrong: false });
    expect(rest).toBe('/a/b');
  });

  it('refuses what it does not know', () => {
    expect(() => splitBehaviour('/~cutt=5/a')).toThrow(/cutt/);
  });
});
