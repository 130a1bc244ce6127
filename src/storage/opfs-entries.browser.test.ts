import { wrap } from 'comlink';
import { expect, it } from 'vitest';

/** Of `opfs-entries.cases.worker.ts`, whose types are those of a worker. */
interface OpfsEntriesCases {
  writeAsSafari(texts: readonly string[]): Promise<Record<string, string>>;
}

it('a small text replaces the one before, also where a move must be told its folder, as in Safari', async () => {
  const worker = new Worker(new URL('./opfs-entries.cases.worker.ts', import.meta.url), { type: 'module' });
  try {
    const found = await wrap<OpfsEntriesCases>(worker).writeAsSafari(['{"a":"first"}', '{"b":2}']);
    expect(found).toEqual({ 'pins.json': '{"b":2}' });
  } finally {
    worker.terminate();
  }
});
