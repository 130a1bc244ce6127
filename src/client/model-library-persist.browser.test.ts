/** Firefox asks the user whether the page may keep things for good; others decide by themselves. */
import { expect, inject, it, vi } from 'vitest';
import { formatBehaviour } from '../../e2e/hub/behaviour.ts';
import { parseHubs } from '../engine/models/hubs.ts';
import { BULK } from '../testing/made-up-models.ts';
import { createModelLibrary } from './model-library.ts';

it('a download does not wait for somebody who leaves the question for persistent storage alone', async () => {
  let askCount = 0;
  const hub = `${inject('hubUrl')}/${formatBehaviour({ id: `persist-${Date.now()}` })}`;
  const library = createModelLibrary({
    hubs: parseHubs(hub),
    catalogue: [BULK],
    storage: undefined,
    persist() {
      askCount += 1;
      return new Promise(() => undefined);
    },
  });
  library.setHub(hub);
  const readState = () => library.getSnapshot().models[0]?.status.state;
  try {
    await library.ready();
    for (const round of [1, 2]) {
      await library.download(BULK.id);
      await vi.waitFor(() => expect(readState(), `round ${round}`).toBe('ready'), { timeout: 30_000 });
      await library.remove(BULK.id);
      await vi.waitFor(() => expect(readState()).toBe('available'), { timeout: 30_000 });
    }
    expect(askCount).toBe(1);
    expect(library.getSnapshot().isPersisted).toBeNull();
  } finally {
    library.dispose();
  }
});
