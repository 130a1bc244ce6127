/** Photos shared into the app: the service worker keeps the form's files, the page takes them when it opens. */

/** Relative to the base; no file lies there. */
export const SHARE_TARGET_PATH = 'share-target';
export const SHARE_TARGET_FIELD = 'photos';
/** The page opens with it when files wait. */
export const SHARED_PARAMETER = 'shared';

const CACHE_NAME = 'isobath-shared';
const NAME_HEADER = 'x-file-name';
const MODIFIED_HEADER = 'x-last-modified';

/** In the service worker: keeps the files of a share, after any that still wait. */
export async function keepSharedFiles(files: readonly File[], storage: CacheStorage = caches): Promise<void> {
  const cache = await storage.open(CACHE_NAME);
  const firstIndex = (await cache.keys()).length;
  for (const [index, file] of files.entries()) {
    const headers = {
      'content-type': file.type,
      [NAME_HEADER]: encodeURIComponent(file.name),
      [MODIFIED_HEADER]: String(file.lastModified),
    };
    await cache.put(`./${CACHE_NAME}/${firstIndex + index}-${Date.now()}`, new Response(file, { headers }));
  }
}

/** In the page: the files that wait, in the order they were shared; they wait no more. */
export async function takeSharedFiles(storage: CacheStorage = caches): Promise<readonly File[]> {
  if (!(await storage.has(CACHE_NAME))) return [];
  const cache = await storage.open(CACHE_NAME);
  const files: File[] = [];
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (response === undefined) continue;
    const blob = await response.blob();
    const name = decodeURIComponent(response.headers.get(NAME_HEADER) ?? 'shared');
    const lastModified = Number(response.headers.get(MODIFIED_HEADER) ?? 0);
    files.push(new File([blob], name, { type: blob.type, lastModified }));
  }
  await storage.delete(CACHE_NAME);
  return files;
}
