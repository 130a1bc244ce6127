/** Reads stored settings: whatever another version, another tab or a hand wrote, each value is valid or the default. */
import { COLORMAP_IDS } from '../../render/colormaps.ts';
import { PALETTE_IDS } from '../../render/palettes.ts';
import { TASK_CHOICES } from '../task-id.ts';
import type { Settings } from './settings-store.ts';

const TIMEOUT_RANGE_MS = { min: 5_000, max: 600_000 } as const;
const CACHE_BUDGET_RANGE_BYTES = { min: 0, max: 8 * 1024 ** 3 } as const;
export const MAX_WORKERS = 16;
export const MAX_THREADS = 16;
const GAMMA_RANGE = { min: 0.2, max: 5 } as const;

type UnknownRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readNumber(value: unknown, range: { min: number; max: number }, fallback: number): number {
  return typeof value === 'number' && value >= range.min && value <= range.max ? value : fallback;
}

function readChoice<T extends string>(value: unknown, choices: readonly T[], fallback: T): T {
  return choices.find((choice) => choice === value) ?? fallback;
}

function readName(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

function readCount(value: unknown, max: number): 'auto' | number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max ? value : 'auto';
}

function readBoolean(value: unknown, fallback: boolean): boolean {
  return typeof value === 'boolean' ? value : fallback;
}

function readEntries<T>(
  value: unknown,
  isValid: (entry: unknown) => entry is T,
): Readonly<Record<string, T>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => isValid(entry[1])));
}

export function readSettings(stored: unknown, defaults: Settings): Settings {
  const raw = isRecord(stored) ? stored : {};
  return {
    task: readChoice(raw.task, TASK_CHOICES, defaults.task),
    modelId: readName(raw.modelId, defaults.modelId),
    parsingModelId: readName(raw.parsingModelId, defaults.parsingModelId),
    executionProvider: readChoice(
      raw.executionProvider,
      ['auto', 'webgpu', 'wasm'],
      defaults.executionProvider,
    ),
    workers: readCount(raw.workers, MAX_WORKERS),
    threads: readCount(raw.threads, MAX_THREADS),
    detailPx: readEntries(raw.detailPx, (entry): entry is number => typeof entry === 'number' && entry > 0),
    maxLongSidePx: readEntries(
      raw.maxLongSidePx,
      (entry): entry is number => typeof entry === 'number' && entry >= 0,
    ),
    isExact: readEntries(raw.isExact, (entry): entry is boolean => typeof entry === 'boolean'),
    taskTimeoutMs: readNumber(raw.taskTimeoutMs, TIMEOUT_RANGE_MS, defaults.taskTimeoutMs),
    cacheBudgetBytes: readNumber(raw.cacheBudgetBytes, CACHE_BUDGET_RANGE_BYTES, defaults.cacheBudgetBytes),
    keepLibrary: readBoolean(raw.keepLibrary, defaults.keepLibrary),
    theme: readChoice(raw.theme, ['system', 'light', 'dark'], defaults.theme),
    language: readChoice(raw.language, ['system', 'en', 'zh-CN'], defaults.language),
    colormap: readChoice(raw.colormap, COLORMAP_IDS, defaults.colormap),
    invert: readBoolean(raw.invert, defaults.invert),
    gamma: readNumber(raw.gamma, GAMMA_RANGE, defaults.gamma),
    followEdges: readBoolean(raw.followEdges, defaults.followEdges),
    palette: readChoice(raw.palette, PALETTE_IDS, defaults.palette),
    parsingStyle: readChoice(raw.parsingStyle, ['overlay', 'mosaic', 'outline'], defaults.parsingStyle),
    colourBy: readChoice(raw.colourBy, ['class', 'person'], defaults.colourBy),
    parsingOpacity: readNumber(raw.parsingOpacity, { min: 0, max: 1 }, defaults.parsingOpacity),
    panels: readEntries(raw.panels, (entry): entry is boolean => typeof entry === 'boolean'),
    renderer: readChoice(raw.renderer, ['auto', 'webgl2', 'canvas2d'], defaults.renderer),
    hub: typeof raw.hub === 'string' ? raw.hub : defaults.hub,
  };
}
