/** Two tabs of the app, as far as their models go: each has a storage worker of its own. */
import { afterEach, expect, inject, it, vi } from 'vitest';
import { parseHubs } from '../engine/models/hubs.ts';
import { createModelLibrary } from './model-library.ts';
import type { ModelLibrary } from './model-library.types.ts';

const open: ModelLibrary[] = [];

async function openTab(): Promise<ModelLibrary> {
  const library = createModelLibrary({
    hubs: parseHubs(inject('hubUrl')),
    catalogue: [],
    storage: undefined,
    persist: () => Promise.resolve(true),
  });
  open.push(library);
  await library.ready();
  return library;
}

const listModels = (library: ModelLibrary) =>
  library.getSnapshot().models.map(({ manifest, status }) => [manifest.name, status.state]);

afterEach(() => {
  for (const library of open.splice(0)) library.dispose();
});

it('a model of one’s own that one tab brings or deletes comes and goes in the other', async () => {
  const [tab, other] = [await openTab(), await openTab()];
  const address = `${inject('hubUrl')}/fixtures/models/resolve/main/dpt-hybrid-tiny.onnx`;
  const file = new File([await (await fetch(address)).blob()], 'Two tabs.onnx');
  const inspected = await tab.inspect([file]);
  await tab.importUserModel(inspected);
  await vi.waitFor(() => expect(listModels(other)).toEqual([['Two tabs', 'ready']]), { timeout: 30_000 });
  expect(listModels(tab)).toEqual([['Two tabs', 'ready']]);

  await tab.remove(inspected.manifest.id);
  expect(listModels(tab)).toEqual([]);
  await vi.waitFor(() => expect(listModels(other)).toEqual([]), { timeout: 30_000 });
});
