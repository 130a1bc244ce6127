/** What a ZIP is made of: every finished picture, each map read only when its turn comes. */
import type { ClientSnapshot, InferenceClient } from '../../../client/inference-client.types.ts';
import type {
  ExportItem,
  LabelsExportItem,
  ParsingFileSettings,
  ZipEntry,
} from '../../../client/picture-client.types.ts';
import type { LabelsResult } from '../../../engine/api.ts';
import { EngineError } from '../../../engine/errors.ts';
import { composeColor, resolveRange } from '../../color-settings.ts';
import { toViewedMap, type ViewedMap } from '../../queries.ts';
import type { LibraryImage } from '../../stores/library-store.ts';
import type { Settings } from '../../stores/settings-store.ts';
import type { RangeChoice } from '../../stores/view-store.ts';
import { taskIdOf } from '../../task-id.ts';

interface CollectOptions {
  readonly client: Pick<InferenceClient, 'getResult'>;
  readonly images: readonly LibraryImage[];
  readonly tasks: ClientSnapshot['tasks'];
  readonly settings: Pick<Settings, 'colormap' | 'invert' | 'gamma' | 'followEdges'>;
  /** Every picture keeps the range it was given. */
  readonly ranges: Readonly<Record<string, RangeChoice>>;
  /** How a parsing result is drawn, with the depth map of the same picture; absent: parsing results are left out. */
  readonly describeParsing?: (
    imageId: string,
    result: LabelsResult,
    depth: ViewedMap | null,
  ) => ParsingFileSettings;
  /** Parsing results are limited by depth: their pictures' maps are read, too. */
  readonly isDepthNeeded?: boolean;
  readonly signal: AbortSignal;
}

/** `getItem` rejects with the client's errors, and with INTERNAL for a map without a range. */
export function collectExports(options: CollectOptions): readonly ZipEntry[] {
  const { client, images, tasks, settings, ranges, signal } = options;
  const readDepth = async (image: LibraryImage): Promise<ViewedMap | null> => {
    const task = tasks.get(taskIdOf(image.id));
    if (task?.state !== 'done') return null;
    return toViewedMap(task.summary.resultKey, await client.getResult(taskIdOf(image.id), { signal }));
  };

  const entriesOfParts = (image: LibraryImage): ZipEntry[] => {
    const { describeParsing } = options;
    const taskId = taskIdOf(image.id, 'human-parsing');
    if (describeParsing === undefined || tasks.get(taskId)?.state !== 'done') return [];
    const getItem = async (): Promise<LabelsExportItem> => {
      const result = await client.getResult(taskId, { signal });
      if (result.kind !== 'labels') throw new EngineError('INTERNAL', `${image.name} has no parts`);
      const depth = options.isDepthNeeded === true ? await readDepth(image) : null;
      const parsing = describeParsing(image.id, result, depth);
      return { name: image.name, source: image.source, result, parsing };
    };
    return [{ name: image.name, group: image.id, getItem }];
  };

  const entriesOfDepth = (image: LibraryImage): ZipEntry[] => {
    if (tasks.get(taskIdOf(image.id))?.state !== 'done') return [];
    const getItem = async (): Promise<ExportItem> => {
      const viewed = await readDepth(image);
      if (viewed === null) throw new EngineError('INTERNAL', `${image.name} has no depth map`);
      const range = resolveRange(ranges[image.id], viewed.histogram);
      const color = composeColor(settings, range);
      return { name: image.name, source: image.source, result: viewed.result, color };
    };
    return [{ name: image.name, group: image.id, getItem }];
  };

  return images.flatMap((image) => [...entriesOfDepth(image), ...entriesOfParts(image)]);
}
