/** How parsing results are looked at: what is switched on, alone, or blurred. Not persisted. */
import { create } from 'zustand';
import type { NearnessRange } from '../parsing/label-look.ts';

export interface FaceBlurChoice {
  readonly isOn: boolean;
  readonly includesHair: boolean;
  /** 0..1 */
  readonly feather: number;
  /** 0..1 */
  readonly strength: number;
}

interface ParsingState {
  /** Class ids by label set; absent: the background. */
  readonly hiddenClasses: Readonly<Record<string, readonly number[]>>;
  /** Person ids by picture. */
  readonly hiddenPeople: Readonly<Record<string, readonly number[]>>;
  /** One class or one person alone; ends with another picture or label set. */
  readonly isolated:
    | { readonly kind: 'class'; readonly labelSet: string; readonly id: number }
    | { readonly kind: 'person'; readonly imageId: string; readonly id: number }
    | null;
  readonly depthRange: NearnessRange | null;
  readonly hasBoxes: boolean;
  readonly faceBlur: FaceBlurChoice;
  toggleClass(labelSet: string, id: number): void;
  setHiddenClasses(labelSet: string, ids: readonly number[]): void;
  togglePerson(imageId: string, id: number): void;
  setIsolated(isolated: ParsingState['isolated']): void;
  setDepthRange(range: NearnessRange | null): void;
  setBoxes(hasBoxes: boolean): void;
  setFaceBlur(change: Partial<FaceBlurChoice>): void;
  /** What was chosen for pictures that are gone. */
  forget(imageIds: readonly string[]): void;
}

export const NO_PEOPLE: readonly number[] = [];
/** The background is off at first. */
export const HIDDEN_AT_FIRST: readonly number[] = [0];

function toggle(ids: readonly number[], id: number): readonly number[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
}

export const useParsingStore = create<ParsingState>()((set) => ({
  hiddenClasses: {},
  hiddenPeople: {},
  isolated: null,
  depthRange: null,
  hasBoxes: false,
  faceBlur: { isOn: false, includesHair: false, feather: 0.3, strength: 0.6 },
  toggleClass: (labelSet, id) =>
    set(({ hiddenClasses }) => ({
      isolated: null,
      hiddenClasses: { ...hiddenClasses, [labelSet]: toggle(hiddenClasses[labelSet] ?? HIDDEN_AT_FIRST, id) },
    })),
  setHiddenClasses: (labelSet, ids) =>
    set(({ hiddenClasses }) => ({ isolated: null, hiddenClasses: { ...hiddenClasses, [labelSet]: ids } })),
  togglePerson: (imageId, id) =>
    set(({ hiddenPeople }) => ({
      isolated: null,
      hiddenPeople: { ...hiddenPeople, [imageId]: toggle(hiddenPeople[imageId] ?? NO_PEOPLE, id) },
    })),
  setIsolated: (isolated) => set({ isolated }),
  setDepthRange: (depthRange) => set({ depthRange }),
  setBoxes: (hasBoxes) => set({ hasBoxes }),
  setFaceBlur: (change) => set(({ faceBlur }) => ({ faceBlur: { ...faceBlur, ...change } })),
  forget: (imageIds) =>
    set((state) => {
      const gone = new Set(imageIds);
      const entries = Object.entries(state.hiddenPeople);
      const kept = entries.filter(([id]) => !gone.has(id));
      return kept.length === entries.length ? state : { hiddenPeople: Object.fromEntries(kept) };
    }),
}));
