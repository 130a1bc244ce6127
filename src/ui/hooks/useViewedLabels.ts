import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { createFaceBlur } from '../../render/face-blur.ts';
import type { BlurSource, LabelLook, LabelSource } from '../../render/renderer.ts';
import type { Selection } from '../../engine/parsing/selection.ts';
import {
  createLook,
  resolveColourBy,
  resolveSelection,
  selectPixels,
  toRawRange,
  type ParsingChoice,
} from '../parsing/label-look.ts';
import { measureNearness, type Nearness, type ViewedLabels } from '../parsing/viewed-labels.ts';
import { labelsQuery } from '../queries.ts';
import { useServices } from '../services.tsx';
import { HIDDEN_AT_FIRST, NO_PEOPLE, useParsingStore } from '../stores/parsing-store.ts';
import { useSettingsStore, type ColourBy } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { taskIdOf } from '../task-id.ts';
import { useSelectedTask } from './useSelectedTask.ts';
import { useViewedMap } from './useViewedMap.ts';

const LINE_WIDTH_CSS_PX = 2.5;

/** The parsing result of the picture in the viewer, once its task is done. Every reader shares one copy. */
export function useViewedLabels(): { readonly viewed: ViewedLabels | null; readonly error: Error | null } {
  const { client } = useServices();
  const imageId = useViewStore((state) => state.selectedImageId);
  const task = useSelectedTask('parsing');
  const summary = task?.state === 'done' ? task.summary : null;
  const { data, error } = useQuery({
    ...labelsQuery(client, taskIdOf(imageId ?? '', 'human-parsing'), summary),
    enabled: imageId !== null && summary !== null,
  });
  const hasTask = summary !== null;
  return { viewed: (hasTask && data) || null, error: hasTask ? error : null };
}

/** What is switched on in the picture in the viewer. */
export function useParsingChoice(viewed: ViewedLabels | null): ParsingChoice {
  const imageId = useViewStore((state) => state.selectedImageId) ?? '';
  const labelSet = viewed?.result.labelSet ?? '';
  const hiddenClasses = useParsingStore((state) => state.hiddenClasses[labelSet] ?? HIDDEN_AT_FIRST);
  const hiddenPeople = useParsingStore((state) => state.hiddenPeople[imageId] ?? NO_PEOPLE);
  const isolated = useParsingStore((state) => state.isolated);
  const depthRange = useParsingStore((state) => state.depthRange);
  return useMemo(
    () => ({
      hiddenClasses,
      hiddenPeople,
      isolatedClass: isolated?.kind === 'class' && isolated.labelSet === labelSet ? isolated.id : null,
      isolatedPerson: isolated?.kind === 'person' && isolated.imageId === imageId ? isolated.id : null,
      depthRange,
    }),
    [hiddenClasses, hiddenPeople, isolated, depthRange, labelSet, imageId],
  );
}

export interface DrawnLabels {
  readonly selection: Selection;
  readonly source: LabelSource;
  readonly look: LabelLook;
  readonly opacity: number;
}

/** What the renderer and the files are told; null while there is nothing. The same parts until something changes. */
export function useDrawnLabels(viewed: ViewedLabels | null): DrawnLabels | null {
  const choice = useParsingChoice(viewed);
  const { viewed: depth } = useViewedMap();
  const style = useSettingsStore((state) => state.parsingStyle);
  const colourBy = useSettingsStore((state) => state.colourBy);
  const palette = useSettingsStore((state) => state.palette);
  const opacity = useSettingsStore((state) => state.parsingOpacity);
  const selection = useMemo(
    () => (viewed === null ? null : resolveSelection(viewed.result, choice)),
    [viewed, choice],
  );
  const source = useMemo(
    () =>
      viewed === null || selection === null
        ? null
        : selectPixels(viewed.result, selection, { style, colourBy }, toRawRange(choice.depthRange, depth)),
    [viewed, selection, style, colourBy, choice, depth],
  );
  return useMemo(() => {
    if (viewed === null || selection === null || source === null) return null;
    const lineWidthPx = LINE_WIDTH_CSS_PX * (window.devicePixelRatio || 1);
    const look = createLook(viewed.result, selection, { style, colourBy, palette, lineWidthPx });
    return { selection, source, look, opacity: style === 'mosaic' ? 1 : opacity };
  }, [viewed, selection, source, style, colourBy, palette, opacity]);
}

/** The blur of the picture in the viewer; null while the tool is off or there is no face. */
export function useFaceBlur(viewed: ViewedLabels | null): BlurSource | null {
  const { isOn, includesHair, feather, strength } = useParsingStore((state) => state.faceBlur);
  return useMemo(() => {
    if (!isOn || viewed === null) return null;
    const { result, faceClasses, hairClasses } = viewed;
    const classes = new Set(includesHair ? [...faceClasses, ...hairClasses] : faceClasses);
    return createFaceBlur(result, { classes, people: null, feather, strength }, result);
  }, [viewed, isOn, includesHair, feather, strength]);
}

/** What gives the parts of this picture their colours. */
export function useColourBy(viewed: ViewedLabels): ColourBy {
  const colourBy = useSettingsStore((state) => state.colourBy);
  return resolveColourBy(viewed.result, colourBy);
}

/** Medians of the depth map per class and person, measured once per pair of results; null without depth. */
export function useNearness(viewed: ViewedLabels | null): Nearness | null {
  const { viewed: depth } = useViewedMap();
  const { data } = useQuery({
    queryKey: ['nearness', viewed?.resultKey, depth?.resultKey],
    queryFn: () => (viewed === null || depth === null ? null : measureNearness(viewed.result, depth)),
    enabled: viewed !== null && depth !== null,
    staleTime: Infinity,
    networkMode: 'always',
    retry: false,
    structuralSharing: false,
  });
  return (viewed !== null && depth !== null && data) || null;
}

/** Class names in the active language; those that the app does not know stay as the model has them. */
export function useClassName(): (name: string) => string {
  const { t } = useTranslation('parsing');
  return (name) => t(`classes.${name as 'Face'}`, { defaultValue: name });
}
