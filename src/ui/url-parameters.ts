/** `?task= ?model= ?ep= ?workers= ?threads= ?colormap= ?lang= ?renderer= ?hub= ?view=`: settings for this visit, for links and automation. Never saved. */
import { findHub, type Hub } from '../engine/models/hubs.ts';
import { COLORMAP_IDS } from '../render/colormaps.ts';
import { findModel } from '../engine/models/catalogue.ts';
import type { Settings } from './stores/settings-store.ts';
import { MAX_THREADS, MAX_WORKERS } from './stores/settings-schema.ts';
import { TASK_CHOICES } from './task-id.ts';
import { PAGES, type Page } from './stores/view-store.ts';

export interface ParameterProblem {
  readonly parameter: string;
  readonly value: string;
  /** For the sentence: what would have been accepted. */
  readonly allowed: string;
}

export interface UrlParameters {
  readonly overrides: Partial<Settings>;
  /** Which page to open; null: not asked for. */
  readonly page: Page | null;
  readonly problems: readonly ParameterProblem[];
}

/** Languages are matched loosely: a link may say `zh` or `zh-cn`. */
const LANGUAGE_TAGS: Readonly<Record<string, 'en' | 'zh-CN'>> = {
  en: 'en',
  'en-us': 'en',
  'en-gb': 'en',
  zh: 'zh-CN',
  'zh-cn': 'zh-CN',
  'zh-hans': 'zh-CN',
};

function parseCount(value: string, max: number): 'auto' | number | undefined {
  if (value === 'auto') return 'auto';
  if (!/^\d{1,3}$/.test(value)) return undefined;
  const count = Number(value);
  return count >= 1 && count <= max ? count : undefined;
}

/** Values that are not allowed are reported and ignored; unknown parameters belong to someone else and are left alone. */
export function parseUrlParameters(
  search: string,
  modelIds: readonly string[],
  hubs: readonly Hub[] = [],
): UrlParameters {
  const query = new URLSearchParams(search);
  const problems: ParameterProblem[] = [];

  function read<T>(
    parameter: string,
    allowed: string,
    parse: (value: string) => T | undefined,
  ): T | undefined {
    const value = query.get(parameter);
    if (value === null) return undefined;
    const parsed = parse(value.trim());
    if (parsed === undefined) problems.push({ parameter, value: value.slice(0, 40), allowed });
    return parsed;
  }

  const modelId = read('model', modelIds.join(', '), (value) => modelIds.find((id) => id === value));
  const isParser = modelId !== undefined && findModel(modelId)?.task === 'parsing';
  const parsed: Partial<Settings> = {
    task: read('task', TASK_CHOICES.join(', '), (value) =>
      TASK_CHOICES.find((task) => task === value.toLowerCase()),
    ),
    // One parameter for every model: each has its task.
    [isParser ? 'parsingModelId' : 'modelId']: modelId,
    executionProvider: read('ep', 'auto, webgpu, wasm', (value) =>
      (['auto', 'webgpu', 'wasm'] as const).find((provider) => provider === value.toLowerCase()),
    ),
    workers: read('workers', `auto, 1–${MAX_WORKERS}`, (value) => parseCount(value, MAX_WORKERS)),
    threads: read('threads', `auto, 1–${MAX_THREADS}`, (value) => parseCount(value, MAX_THREADS)),
    colormap: read('colormap', COLORMAP_IDS.join(', '), (value) =>
      COLORMAP_IDS.find((id) => id === value.toLowerCase()),
    ),
    language: read('lang', 'en, zh-CN', (value) => LANGUAGE_TAGS[value.toLowerCase()]),
    renderer: read('renderer', 'auto, webgl2, canvas2d', (value) =>
      (['auto', 'webgl2', 'canvas2d'] as const).find((kind) => kind === value.toLowerCase()),
    ),
    hub: read('hub', hubs.map(({ label }) => label).join(', '), (value) => findHub(hubs, value)?.baseUrl),
  };
  const page = read('view', PAGES.join(', '), (value) => PAGES.find((id) => id === value.toLowerCase()));
  return {
    page: page ?? null,
    overrides: Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined)),
    problems,
  };
}
