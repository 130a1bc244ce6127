/** How a picture that is not in the viewer would be drawn: for the ZIP. */
import type { ParsingFileSettings } from '../../../client/picture-client.types.ts';
import type { LabelsResult } from '../../../engine/api.ts';
import { resolveLabelSet } from '../../../engine/parsing/label-sets.ts';
import { createFaceBlur } from '../../../render/face-blur.ts';
import { createLook, resolveSelection, selectPixels, toRawRange } from '../../parsing/label-look.ts';
import type { ViewedMap } from '../../queries.ts';
import { HIDDEN_AT_FIRST, NO_PEOPLE, type useParsingStore } from '../../stores/parsing-store.ts';
import type { Settings } from '../../stores/settings-store.ts';

type ParsingState = ReturnType<typeof useParsingStore.getState>;

/** Outlines in files have a width of their own. */
const UNUSED_LINE_PX = 1;

/**
 * As the viewer would show it: classes, switched off or one alone, of its label set; its own people; and the range of
 * nearness where `depth`, the map of the same picture, is there.
 */
export function describeParsing(
  imageId: string,
  result: LabelsResult,
  depth: Pick<ViewedMap, 'map' | 'histogram'> | null,
  settings: Pick<Settings, 'parsingStyle' | 'palette' | 'parsingOpacity' | 'colourBy'>,
  state: Pick<ParsingState, 'hiddenClasses' | 'hiddenPeople' | 'isolated' | 'depthRange' | 'faceBlur'>,
): ParsingFileSettings {
  const { parsingStyle: style, palette, colourBy } = settings;
  const { isolated } = state;
  const selection = resolveSelection(result, {
    hiddenClasses: state.hiddenClasses[result.labelSet] ?? HIDDEN_AT_FIRST,
    hiddenPeople: state.hiddenPeople[imageId] ?? NO_PEOPLE,
    isolatedClass: isolated?.kind === 'class' && isolated.labelSet === result.labelSet ? isolated.id : null,
    isolatedPerson: isolated?.kind === 'person' && isolated.imageId === imageId ? isolated.id : null,
    depthRange: state.depthRange,
  });
  const drawing = { style, palette, colourBy, lineWidthPx: UNUSED_LINE_PX };
  const { isOn, includesHair, feather, strength } = state.faceBlur;
  const { faceClasses, hairClasses } = resolveLabelSet(result.labelSet, result.labels);
  const classes = new Set(includesHair ? [...faceClasses, ...hairClasses] : faceClasses);
  return {
    palette,
    selection,
    pixels: selectPixels(result, selection, drawing, toRawRange(state.depthRange, depth)),
    look: createLook(result, selection, drawing),
    opacity: style === 'mosaic' ? 1 : settings.parsingOpacity,
    blur: isOn ? createFaceBlur(result, { classes, people: null, feather, strength }, result) : null,
  };
}
