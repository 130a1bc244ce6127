import { useEffect, useState } from 'react';
import { createId } from '../../../client/create-id.ts';
import type { InspectedModel } from '../../../client/model-library.types.ts';
import type { InferenceResult } from '../../../engine/api.ts';
import { toWireError, type WireError } from '../../../engine/errors.ts';
import { resolveOptions } from '../../../engine/image/input-size.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { DEMO_SAMPLE, fetchSample } from '../../samples.ts';
import { useServices } from '../../services.tsx';

export type Preview =
  | { readonly state: 'computing' }
  | { readonly state: 'done'; readonly result: InferenceResult }
  | { readonly state: 'failed'; readonly error: WireError };

const TASK_ID = 'model-preview';
/** A form in motion starts no run for every step. */
const SETTLE_MS = 350;

/** The files as addresses in memory: what a worker can read before anything is kept. */
function withBlobUrls(
  manifest: ModelManifest,
  files: InspectedModel['files'],
  urls: readonly string[],
  revision: string,
): ModelManifest {
  const [variant] = manifest.variants;
  if (variant === undefined) return manifest;
  return {
    ...manifest,
    revision,
    variants: [
      { ...variant, files: files.map(({ file }, index) => ({ ...file, url: urls[index] ?? null })) },
    ],
  };
}

const COMPUTING: Preview = { state: 'computing' };

/** A sample through the contract as it stands in the form. */
export function usePreview(inspected: InspectedModel, manifest: ModelManifest): Preview {
  const { client } = useServices();
  const [latest, setLatest] = useState<{ readonly of: ModelManifest; readonly preview: Preview } | null>(
    null,
  );
  // One revision per opened dialog: another file of the same name and length is another model.
  const [revision] = useState(() => `preview-${createId()}`);

  useEffect(() => {
    if (inspected.missingFiles.length > 0) return;
    const abort = new AbortController();
    const run = async (): Promise<InferenceResult> => {
      const source = await fetchSample(DEMO_SAMPLE);
      abort.signal.throwIfAborted();
      const urls = inspected.files.map(({ blob }) => URL.createObjectURL(blob));
      try {
        client.cancel(TASK_ID);
        client.enqueue({
          taskId: TASK_ID,
          source,
          // Not the picture's hash, so that no preview meets a real result in the cache.
          sourceSha256: revision,
          pipeline: manifest.task === 'depth' ? 'depth-estimation' : 'human-parsing',
          model: withBlobUrls(manifest, inspected.files, urls, revision),
          variant: manifest.variants[0]?.id ?? '',
          options: resolveOptions(manifest.input, { detailPx: null }),
        });
        client.prioritize(TASK_ID);
        return await client.getResult(TASK_ID, { signal: abort.signal });
      } finally {
        for (const url of urls) URL.revokeObjectURL(url);
      }
    };
    const timer = setTimeout(() => {
      run().then(
        (result) => setLatest({ of: manifest, preview: { state: 'done', result } }),
        (error: unknown) => {
          if (!abort.signal.aborted) {
            setLatest({ of: manifest, preview: { state: 'failed', error: toWireError(error) } });
          }
        },
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, inspected, manifest, revision]);

  useEffect(() => () => client.forget([TASK_ID]), [client]);

  return latest?.of === manifest ? latest.preview : COMPUTING;
}
