/** View state: what is selected and how it is looked at. Not persisted, but for panels. */
import { create } from 'zustand';
import type { Camera, ViewMode } from '../../render/renderer.ts';
import type { ResultKind } from '../task-id.ts';

/** The range handles of one picture: auto = 2nd to 98th percentile, full = min to max, manual in raw units. */
export type RangeChoice =
  | { readonly mode: 'auto' }
  | { readonly mode: 'full' }
  | { readonly mode: 'manual'; readonly lo: number; readonly hi: number };

/** Pages by the names that the address uses (`?view=`); `device` belongs to the tab Models. */
export const PAGES = ['photos', 'live', 'models', 'device'] as const;
export type Page = (typeof PAGES)[number];

/** A point of the picture, 0..1 in both axes. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
}

/** What drawing a map for the first time cost; null before. */
export interface RenderTiming {
  readonly resultKey: string;
  readonly renderMs: number;
}

interface ViewState {
  readonly page: Page;
  readonly selectedImageId: string | null;
  /** Which result is looked at where a picture has both. */
  readonly shown: ResultKind;
  readonly mode: ViewMode;
  /** null: fit the picture into the viewport. */
  readonly camera: Camera | null;
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  readonly ranges: Readonly<Record<string, RangeChoice>>;
  readonly openPanel: 'settings' | 'help' | 'about' | null;
  /** Held down: the photo alone, whatever the mode. */
  readonly isPhotoOnly: boolean;
  /** Where the map is read, by pointer, tap or the keyboard's crosshair; null: nowhere. */
  readonly probe: PicturePoint | null;
  /** The compare slider sweeps once over the next map that appears. */
  readonly isSweepWanted: boolean;
  readonly renderTiming: RenderTiming | null;
  setPage(page: Page): void;
  select(imageId: string | null): void;
  setShown(shown: ResultKind): void;
  setMode(mode: ViewMode): void;
  setCamera(camera: Camera | null): void;
  setComparePosition(position: number): void;
  setOverlayOpacity(opacity: number): void;
  setRange(imageId: string, range: RangeChoice): void;
  /** What was chosen for pictures that are gone. */
  forget(imageIds: readonly string[]): void;
  setOpenPanel(panel: ViewState['openPanel']): void;
  setPhotoOnly(isPhotoOnly: boolean): void;
  setProbe(probe: PicturePoint | null): void;
  /** Asks for one sweep of the compare slider (first visit); the viewer does it when a map is there and motion is welcome. */
  requestSweep(): void;
  endSweep(): void;
  setRenderTiming(timing: RenderTiming): void;
}

export const useViewStore = create<ViewState>()((set) => ({
  page: 'photos',
  selectedImageId: null,
  shown: 'depth',
  mode: 'compare',
  camera: null,
  comparePosition: 0.5,
  overlayOpacity: 0.6,
  ranges: {},
  openPanel: null,
  isPhotoOnly: false,
  probe: null,
  isSweepWanted: false,
  renderTiming: null,
  setPage: (page) => set({ page }),
  select: (selectedImageId) =>
    set((state) =>
      state.selectedImageId === selectedImageId ? state : { selectedImageId, camera: null, probe: null },
    ),
  setShown: (shown) => set({ shown }),
  setMode: (mode) => set({ mode }),
  setCamera: (camera) => set({ camera }),
  setComparePosition: (position) => set({ comparePosition: Math.min(1, Math.max(0, position)) }),
  setOverlayOpacity: (opacity) => set({ overlayOpacity: Math.min(1, Math.max(0, opacity)) }),
  setRange: (imageId, range) => set((state) => ({ ranges: { ...state.ranges, [imageId]: range } })),
  forget: (imageIds) =>
    set((state) => {
      const gone = new Set(imageIds);
      const entries = Object.entries(state.ranges);
      const kept = entries.filter(([id]) => !gone.has(id));
      return kept.length === entries.length ? state : { ranges: Object.fromEntries(kept) };
    }),
  setOpenPanel: (openPanel) => set({ openPanel }),
  setPhotoOnly: (isPhotoOnly) => set({ isPhotoOnly }),
  setProbe: (probe) => set({ probe }),
  requestSweep: () => set({ isSweepWanted: true }),
  endSweep: () => set({ isSweepWanted: false }),
  setRenderTiming: (renderTiming) => set({ renderTiming }),
}));
