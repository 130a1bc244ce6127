import { describe, expect, it } from 'vitest';
import { onLaunchedFiles } from './launch-files.ts';

type Consumer = (params: { readonly files: readonly FileSystemFileHandle[] }) => void;

function createQueue() {
  const consumers: Consumer[] = [];
  return { consumers, launchQueue: { setConsumer: (consumer: Consumer) => consumers.push(consumer) } };
}

/** A handle as the system gives it: only `getFile` is asked for. */
const handleOf = (name: string) =>
  ({ getFile: () => Promise.resolve(new File(['x'], name)) }) as FileSystemFileHandle;

describe('files that the system opens with the app', () => {
  it('arrive in the order of the launch', async () => {
    const { consumers, launchQueue } = createQueue();
    const arrived = new Promise<readonly File[]>((resolve) => onLaunchedFiles(resolve, { launchQueue }));
    consumers[0]?.({ files: [handleOf('a.jpg'), handleOf('b.png')] });
    expect((await arrived).map(({ name }) => name)).toEqual(['a.jpg', 'b.png']);
  });

  it('are not announced when a launch has none', async () => {
    const { consumers, launchQueue } = createQueue();
    let count = 0;
    onLaunchedFiles(() => (count += 1), { launchQueue });
    consumers[0]?.({ files: [] });
    await Promise.resolve();
    expect(count).toBe(0);
  });

  it('are no matter where the browser has no launch queue', () => {
    expect(() => onLaunchedFiles(() => undefined, {})).not.toThrow();
  });
});
