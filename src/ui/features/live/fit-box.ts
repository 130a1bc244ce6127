import type { ViewMode } from '../../../render/renderer.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

function fit(room: Size, content: Size): Size {
  const scale = Math.min(room.width / content.width, room.height / content.height);
  return { width: Math.round(content.width * scale), height: Math.round(content.height * scale) };
}

/** The largest box of the picture's shape in a room: twice as wide side by side, or twice as high where that shows more. */
export function fitBox(
  room: Size,
  frame: { readonly widthPx: number; readonly heightPx: number } | null,
  mode: ViewMode,
): Size {
  if (frame === null || room.width === 0 || room.height === 0) return room;
  const picture = { width: frame.widthPx, height: frame.heightPx };
  if (mode !== 'side-by-side') return fit(room, picture);
  const beside = fit(room, { width: picture.width * 2, height: picture.height });
  const below = fit(room, { width: picture.width, height: picture.height * 2 });
  return beside.width * beside.height >= below.width * below.height ? beside : below;
}
