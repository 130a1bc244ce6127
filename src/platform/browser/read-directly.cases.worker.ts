/** Reads a file of the private file system in a worker, and keeps it open as long as it is told to, for the test. */
import { readDirectly } from './read-directly.ts';

self.addEventListener('message', (event: MessageEvent<{ name: string; sizeBytes: number }>) => {
  void (async () => {
    const { name, sizeBytes } = event.data;
    const root = await navigator.storage.getDirectory();
    const bytes = await readDirectly(await root.getFileHandle(name), sizeBytes);
    self.postMessage(bytes);
  })();
});
