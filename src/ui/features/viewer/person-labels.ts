/** Where the names of people are written: at their boxes, never over each other. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelRequest {
  /** In pixels of the page, relative to the viewport; may reach beyond it. */
  readonly box: Rect;
  readonly text: string;
}

export const LABEL_HEIGHT_PX = 22;
/** Between the text and both rims of its label. */
const PADDING_PX = 16;
const LATIN_PX = 7;
/** Chinese and other full-width letters. */
const WIDE_PX = 13;

/** A label is never narrower than its text in the page's small size; measured would mean a layout per frame of a pan. */
export function estimateLabelWidthPx(text: string): number {
  let widthPx = PADDING_PX;
  for (const letter of text) widthPx += letter.charCodeAt(0) > 0x2e7f ? WIDE_PX : LATIN_PX;
  return widthPx;
}

function overlaps(a: Rect, b: Rect): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

/** Over the box, in its upper corners, in its lower corners, under it: the first that is free is taken. */
function placesAt(
  { left, top, width, height }: Rect,
  labelWidthPx: number,
): readonly (readonly [number, number])[] {
  const right = left + width - labelWidthPx;
  const bottom = top + height;
  return [
    [left, top - LABEL_HEIGHT_PX],
    [left, top],
    [right, top - LABEL_HEIGHT_PX],
    [right, top],
    [left, bottom - LABEL_HEIGHT_PX],
    [right, bottom - LABEL_HEIGHT_PX],
    [left, bottom],
  ];
}

/**
 * @param labels the most important first
 * @param viewport size of the part of the page that shows the picture
 * Gives a place for each, or null where there is none that is free: the box alone is shown then.
 */
export function placeLabels(
  labels: readonly LabelRequest[],
  viewport: { readonly width: number; readonly height: number },
): readonly (Rect | null)[] {
  const taken: Rect[] = [];
  return labels.map(({ box, text }) => {
    const width = estimateLabelWidthPx(text);
    const isSeen =
      box.left < viewport.width &&
      box.top < viewport.height &&
      box.left + box.width > 0 &&
      box.top + box.height > 0;
    if (!isSeen) return null;
    const fit = (value: number, length: number, room: number) => Math.max(0, Math.min(value, room - length));
    for (const [left, top] of placesAt(box, width)) {
      if (top < 0 || top + LABEL_HEIGHT_PX > viewport.height) continue;
      const place = { left: fit(left, width, viewport.width), top, width, height: LABEL_HEIGHT_PX };
      if (taken.some((other) => overlaps(place, other))) continue;
      taken.push(place);
      return place;
    }
    return null;
  });
}
