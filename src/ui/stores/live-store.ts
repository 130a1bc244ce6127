/** What a user has chosen for live view, kept for the next visit. Colours are in the settings, shared with photos. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { LiveSourceKind, RecordingKind } from '../../client/live-client.types.ts';
import type { ViewMode } from '../../render/renderer.ts';
import { quietStorage } from './quiet-storage.ts';

export interface LivePreferences {
  readonly task: 'depth' | 'parsing';
  /** Of a parsing model; off where only faces are blurred. */
  readonly areClassesShown: boolean;
  readonly sourceKind: LiveSourceKind;
  /** null: the browser's choice. */
  readonly cameraId: string | null;
  readonly facing: 'user' | 'environment';
  readonly cameraHeightPx: number;
  readonly isMirrored: boolean;
  /** By model; absent: the model's default. */
  readonly detailPx: Readonly<Record<string, number>>;
  /** null: the input size stays. */
  readonly targetFps: number | null;
  /** 0 = off, 1 = strongest. */
  readonly steadiness: number;
  readonly mode: ViewMode;
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  /** Shares of the steady range, lo < hi. */
  readonly rangeLo: number;
  readonly rangeHi: number;
  readonly recordingKind: RecordingKind;
  readonly isHudShown: boolean;
}

export const CAMERA_HEIGHTS_PX = [480, 720, 1080] as const;
export const TARGET_FPS_RANGE = { min: 5, max: 60, step: 5 } as const;

const DEFAULT_LIVE_PREFERENCES: LivePreferences = {
  task: 'depth',
  areClassesShown: true,
  sourceKind: 'camera',
  cameraId: null,
  facing: 'user',
  cameraHeightPx: 480,
  isMirrored: true,
  detailPx: {},
  targetFps: null,
  steadiness: 0.6,
  mode: 'map',
  comparePosition: 0.5,
  overlayOpacity: 0.6,
  rangeLo: 0,
  rangeHi: 1,
  recordingKind: 'colour',
  isHudShown: true,
};

interface LiveState extends LivePreferences {
  update(change: Partial<LivePreferences>): void;
}

type Readers = {
  readonly [K in keyof LivePreferences]: (value: unknown) => value is LivePreferences[K];
};

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
function isOneOf<T>(choices: readonly T[]) {
  return (value: unknown): value is T => choices.some((choice) => choice === value);
}

const READERS: Readers = {
  task: isOneOf(['depth', 'parsing'] as const),
  areClassesShown: isBoolean,
  sourceKind: isOneOf(['camera', 'screen', 'file'] as const),
  cameraId: (value): value is string | null => value === null || typeof value === 'string',
  facing: isOneOf(['user', 'environment'] as const),
  cameraHeightPx: isOneOf<number>(CAMERA_HEIGHTS_PX),
  isMirrored: isBoolean,
  detailPx: (value): value is Readonly<Record<string, number>> =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === 'number'),
  targetFps: (value): value is number | null =>
    value === null ||
    (typeof value === 'number' && value >= TARGET_FPS_RANGE.min && value <= TARGET_FPS_RANGE.max),
  steadiness: isShare,
  mode: isOneOf(['photo', 'map', 'side-by-side', 'compare', 'overlay'] as const),
  comparePosition: isShare,
  overlayOpacity: isShare,
  rangeLo: isShare,
  rangeHi: isShare,
  recordingKind: isOneOf(['colour', 'grey', 'side-by-side'] as const),
  isHudShown: isBoolean,
};

/** Whatever was stored: each value is valid or the default. */
function readLivePreferences(stored: unknown): LivePreferences {
  const raw = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
  const valid = Object.entries(READERS).filter(([key, isValid]) => key in raw && isValid(raw[key]));
  const read: LivePreferences = {
    ...DEFAULT_LIVE_PREFERENCES,
    ...Object.fromEntries(valid.map(([key]) => [key, raw[key]])),
  };
  return read.rangeLo < read.rangeHi ? read : { ...read, rangeLo: 0, rangeHi: 1 };
}

export const useLiveStore = create<LiveState>()(
  persist(
    (set) => ({
      ...DEFAULT_LIVE_PREFERENCES,
      update: (change) => set(change),
    }),
    {
      name: 'isobath.live',
      version: 1,
      storage: createJSONStorage(() => quietStorage),
      partialize: (state) =>
        Object.fromEntries(
          Object.keys(DEFAULT_LIVE_PREFERENCES).map((key) => [key, state[key as keyof LivePreferences]]),
        ),
      merge: (stored, current) => ({ ...current, ...readLivePreferences(stored) }),
    },
  ),
);
