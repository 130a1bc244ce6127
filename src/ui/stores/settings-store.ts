/** Settings that outlive the page. Versioned; other tabs follow through the storage event (see `listenToOtherTabs`). */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { COLORMAP_IDS, type ColormapId } from '../../render/colormaps.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'zh-CN';

export interface Settings {
  readonly modelId: string;
  readonly executionProvider: 'auto' | 'webgpu' | 'wasm';
  readonly workers: 'auto' | number;
  readonly threads: 'auto' | number;
  /** Chosen detail per model; absent: the manifest's default. */
  readonly detailPx: Readonly<Record<string, number>>;
  readonly taskTimeoutMs: number;
  readonly cacheBudgetBytes: number;
  readonly keepLibrary: boolean;
  readonly theme: Theme;
  readonly language: Language | 'system';
  readonly colormap: ColormapId;
  readonly invert: boolean;
  readonly gamma: number;
  readonly followEdges: boolean;
  /** Collapsed or open, by panel name. */
  readonly panels: Readonly<Record<string, boolean>>;
}

export const DEFAULT_SETTINGS: Settings = {
  modelId: 'isobath-depth-tiny',
  executionProvider: 'auto',
  workers: 'auto',
  threads: 'auto',
  detailPx: {},
  taskTimeoutMs: 60_000,
  cacheBudgetBytes: 256 * 1024 * 1024,
  keepLibrary: true,
  theme: 'system',
  language: 'system',
  colormap: 'inferno',
  invert: false,
  gamma: 1,
  followEdges: true,
  panels: {},
};

interface SettingsState extends Settings {
  update(change: Partial<Settings>): void;
  reset(): void;
}

const STORAGE_KEY = 'isobath.settings';

export const useSettingsStore = create<SettingsState>()(
  persist(
    (set) => ({
      ...DEFAULT_SETTINGS,
      update: (change) => set(change),
      reset: () => set(DEFAULT_SETTINGS),
    }),
    {
      name: STORAGE_KEY,
      version: 1,
      storage: createJSONStorage(() => localStorage),
      merge: (stored, current) => {
        const merged = { ...current, ...(stored as Partial<Settings>) };
        // A colormap that a later version removed must not break drawing.
        return COLORMAP_IDS.includes(merged.colormap)
          ? merged
          : { ...merged, colormap: DEFAULT_SETTINGS.colormap };
      },
    },
  ),
);

/** Follows changes that another tab made. Returns the remover. */
export function listenToOtherTabs(target: Window = window): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === STORAGE_KEY) void useSettingsStore.persist.rehydrate();
  };
  target.addEventListener('storage', onStorage);
  return () => target.removeEventListener('storage', onStorage);
}
