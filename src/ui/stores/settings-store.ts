/** Settings that outlive the page. Versioned; other tabs follow through the storage event (see `listenToOtherTabs`). */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { ColormapId } from '../../render/colormaps.ts';
import type { PaletteId } from '../../render/palettes.ts';
import type { RendererChoice } from '../../render/renderer.ts';
import type { TaskChoice } from '../task-id.ts';
import { readSettings } from './settings-schema.ts';
import { quietStorage, SETTINGS_KEY } from './quiet-storage.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'zh-CN';

/** How classes are drawn: tinting the photo, covering it, or as lines. */
export type ParsingStyle = 'overlay' | 'mosaic' | 'outline';
export const PARSING_STYLES: readonly ParsingStyle[] = ['overlay', 'mosaic', 'outline'];

/** What gives a part its colour: what it is, or whose. */
export type ColourBy = 'class' | 'person';
export const COLOUR_BY: readonly ColourBy[] = ['class', 'person'];

export interface Settings {
  /** What is computed of pictures that have no choice of their own. */
  readonly task: TaskChoice;
  /** The depth model. */
  readonly modelId: string;
  readonly parsingModelId: string;
  readonly executionProvider: 'auto' | 'webgpu' | 'wasm';
  readonly workers: 'auto' | number;
  readonly threads: 'auto' | number;
  /** Chosen detail per model; absent: the manifest's default. */
  readonly detailPx: Readonly<Record<string, number>>;
  /** Cap of the network's longer side per model, 0: none; absent: the rule's default. */
  readonly maxLongSidePx: Readonly<Record<string, number>>;
  /** Parsing with the published scores at source size, per model; absent: false. */
  readonly isExact: Readonly<Record<string, boolean>>;
  readonly taskTimeoutMs: number;
  readonly cacheBudgetBytes: number;
  readonly keepLibrary: boolean;
  readonly theme: Theme;
  readonly language: Language | 'system';
  readonly colormap: ColormapId;
  readonly invert: boolean;
  readonly gamma: number;
  readonly followEdges: boolean;
  readonly palette: PaletteId;
  readonly parsingStyle: ParsingStyle;
  readonly colourBy: ColourBy;
  /** 0..1 */
  readonly parsingOpacity: number;
  /** Collapsed or open, by panel name. */
  readonly panels: Readonly<Record<string, boolean>>;
  /** Base URL of the model hub; empty: the default one. */
  readonly hub: string;
  /** What draws the viewer. No control sets it: links and automation do. */
  readonly renderer: RendererChoice;
}

export const DEFAULT_SETTINGS: Settings = {
  task: 'depth',
  modelId: 'isobath-depth-tiny',
  parsingModelId: 'isobath-parsing-tiny',
  executionProvider: 'auto',
  workers: 'auto',
  threads: 'auto',
  detailPx: {},
  maxLongSidePx: {},
  isExact: {},
  taskTimeoutMs: 60_000,
  cacheBudgetBytes: 256 * 1024 * 1024,
  keepLibrary: true,
  theme: 'system',
  language: 'system',
  colormap: 'inferno',
  invert: false,
  gamma: 1,
  followEdges: true,
  palette: 'published',
  parsingStyle: 'overlay',
  colourBy: 'class',
  parsingOpacity: 0.65,
  panels: {},
  hub: '',
  renderer: 'auto',
};

interface SettingsState extends Settings {
  /** The stored values of settings that the address overrides for this visit; they are what is saved. */
  readonly shadowed: Partial<Settings>;
  /** Changes and saves; a changed setting is no longer overridden. */
  update(change: Partial<Settings>): void;
  /** Uses these values until the page closes, without saving them. */
  overrideForThisVisit(overrides: Partial<Settings>): void;
  /** Everything but the language and the theme, which are no experiment. */
  reset(): void;
}

/** `values` without the keys of `taken`. */
function omit(values: Partial<Settings>, taken: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !(key in taken)));
}

function pick(state: Settings, keys: readonly string[]): Partial<Settings> {
  return Object.fromEntries(Object.entries(state).filter(([key]) => keys.includes(key)));
}

export const useSettingsStore = create<SettingsState>()(
  persist(
    (set) => ({
      ...DEFAULT_SETTINGS,
      shadowed: {},
      update: (change) => set((state) => ({ ...change, shadowed: omit(state.shadowed, change) })),
      overrideForThisVisit: (overrides) =>
        set((state) => ({
          ...overrides,
          shadowed: { ...pick(state, Object.keys(overrides)), ...state.shadowed },
        })),
      reset: () =>
        set((state) => ({
          ...DEFAULT_SETTINGS,
          theme: state.theme,
          language: state.language,
          panels: state.panels,
          shadowed: {},
        })),
    }),
    {
      name: SETTINGS_KEY,
      version: 1,
      storage: createJSONStorage(() => quietStorage),
      partialize: (state) => ({ ...pick(state, Object.keys(DEFAULT_SETTINGS)), ...state.shadowed }),
      merge: (stored, current) => {
        const saved = readSettings(stored, DEFAULT_SETTINGS);
        return {
          ...current,
          ...omit(saved, current.shadowed),
          shadowed: pick(saved, Object.keys(current.shadowed)),
        };
      },
    },
  ),
);

/** For subscribers while they hear of a change: whether another tab has made it. */
export function isFollowingOtherTab(): boolean {
  return !useSettingsStore.persist.hasHydrated();
}

/** Follows changes that another tab made. Returns the remover. */
export function listenToOtherTabs(target: Window = window): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === SETTINGS_KEY) void useSettingsStore.persist.rehydrate();
  };
  target.addEventListener('storage', onStorage);
  return () => target.removeEventListener('storage', onStorage);
}
