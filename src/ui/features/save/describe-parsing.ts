/** How a picture that is not in the viewer would be drawn: for the ZIP. */
import type { ParsingFileSettings } from '../../../client/picture-client.types.ts';
import type { LabelsResult } from '../../../engine/api.ts';
import { resolveLabelSet } from '../../../engine/parsing/label-sets.ts';
import { createFaceBlur } from '../../../render/face-blur.ts';
import { createLook, resolveSelection, selectPixels } from '../../parsing/label-look.ts';
import { HIDDEN_AT_FIRST, NO_PEOPLE, type useParsingStore } from '../../stores/parsing-store.ts';
import type { Settings } from '../../stores/settings-store.ts';

type ParsingState = ReturnType<typeof useParsingStore.getState>;

/** Outlines in files have a width of their own. */
const UNUSED_LINE_PX = 1;

/** Each picture with its people and the classes of its label set; isolation and depth range are of the viewer only. */
export function describeParsing(
  imageId: string,
  result: LabelsResult,
  settings: Pick<Settings, 'parsingStyle' | 'palette' | 'parsingOpacity'>,
  state: Pick<ParsingState, 'hiddenClasses' | 'hiddenPeople' | 'faceBlur'>,
): ParsingFileSettings {
  const { parsingStyle: style, palette } = settings;
  const selection = resolveSelection(result, {
    hiddenClasses: state.hiddenClasses[result.labelSet] ?? HIDDEN_AT_FIRST,
    hiddenPeople: state.hiddenPeople[imageId] ?? NO_PEOPLE,
    isolatedClass: null,
    isolatedPerson: null,
    depthRange: null,
  });
  const { isOn, includesHair, feather, strength } = state.faceBlur;
  const { faceClasses, hairClasses } = resolveLabelSet(result.labelSet, result.labels);
  const classes = new Set(includesHair ? [...faceClasses, ...hairClasses] : faceClasses);
  return {
    palette,
    selection,
    pixels: selectPixels(result, selection, style, null),
    look: createLook(result, selection, style, palette, UNUSED_LINE_PX),
    opacity: style === 'mosaic' ? 1 : settings.parsingOpacity,
    blur: isOn ? createFaceBlur(result, { classes, people: null, feather, strength }, result) : null,
  };
}
