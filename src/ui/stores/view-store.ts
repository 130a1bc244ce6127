/** View state: what is selected and how it is looked at. Not persisted, but for panels. */
import { create } from 'zustand';
import type { Camera, ViewMode } from '../../render/renderer.ts';

/** The range handles of one picture: auto = 2nd to 98th percentile, full = min to max, manual in raw units. */
export type RangeChoice =
  | { readonly mode: 'auto' }
  | { readonly mode: 'full' }
  | { readonly mode: 'manual'; readonly lo: number; readonly hi: number };

export type Page = 'photos' | 'live' | 'models';

interface ViewState {
  readonly page: Page;
  readonly selectedImageId: string | null;
  readonly mode: ViewMode;
  /** null: fit the picture into the viewport. */
  readonly camera: Camera | null;
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  readonly ranges: Readonly<Record<string, RangeChoice>>;
  readonly openPanel: 'settings' | 'help' | 'about' | null;
  setPage(page: Page): void;
  select(imageId: string | null): void;
  setMode(mode: ViewMode): void;
  setCamera(camera: Camera | null): void;
  setComparePosition(position: number): void;
  setOverlayOpacity(opacity: number): void;
  setRange(imageId: string, range: RangeChoice): void;
  setOpenPanel(panel: ViewState['openPanel']): void;
}

export const useViewStore = create<ViewState>()((set) => ({
  page: 'photos',
  selectedImageId: null,
  mode: 'compare',
  camera: null,
  comparePosition: 0.5,
  overlayOpacity: 0.6,
  ranges: {},
  openPanel: null,
  setPage: (page) => set({ page }),
  select: (selectedImageId) => set({ selectedImageId, camera: null }),
  setMode: (mode) => set({ mode }),
  setCamera: (camera) => set({ camera }),
  setComparePosition: (position) => set({ comparePosition: Math.min(1, Math.max(0, position)) }),
  setOverlayOpacity: (opacity) => set({ overlayOpacity: Math.min(1, Math.max(0, opacity)) }),
  setRange: (imageId, range) => set((state) => ({ ranges: { ...state.ranges, [imageId]: range } })),
  setOpenPanel: (openPanel) => set({ openPanel }),
}));
