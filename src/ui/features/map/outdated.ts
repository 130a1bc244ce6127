/** Which finished maps were made with other settings than those of now. */
import { describeOptions } from '../../../client/result-key.ts';
import type { ResultSummary } from '../../../client/inference-client.types.ts';
import type { PipelineOptions } from '../../../engine/api.ts';
import { resolveInputGeometry } from '../../../engine/image/input-size.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';

/** True when running the picture again would give another map: another model, or another size of the network's input. */
export function isOutdated(
  summary: Pick<
    ResultSummary,
    'resultKey' | 'provenance' | 'widthPx' | 'heightPx' | 'sourceWidthPx' | 'sourceHeightPx'
  >,
  model: Pick<ModelManifest, 'id' | 'input' | 'task'>,
  options: PipelineOptions,
): boolean {
  if (summary.provenance.modelId !== model.id) return true;
  // Labels have the picture's size, whatever the network's was: the key says it.
  if (model.task === 'parsing') return !summary.resultKey.endsWith(`|${describeOptions(options)}`);
  const source = { widthPx: summary.sourceWidthPx, heightPx: summary.sourceHeightPx };
  const { content } = resolveInputGeometry(source, model.input.size, options);
  return content.widthPx !== summary.widthPx || content.heightPx !== summary.heightPx;
}
