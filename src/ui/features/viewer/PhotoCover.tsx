import { useObjectUrlAtOnce } from '../../hooks/useObjectUrl.ts';
import { visibleCssRect, type StageGeometry } from './stage-geometry.ts';

/** Hides what the canvas still shows of the picture before: the new one in small where it will be, on the bare surround. */
export function PhotoCover(props: {
  readonly thumbnail: Blob | null;
  readonly geometry: StageGeometry | null;
}) {
  const { thumbnail, geometry } = props;
  // In the paint in which its card is marked.
  const url = useObjectUrlAtOnce(thumbnail);
  // Zoomed in, a part would have to be shown.
  const rect = geometry?.camera === null ? visibleCssRect(geometry) : null;
  return (
    <div className="stage-cover">
      {url !== null && rect !== null && (
        <img
          src={url}
          alt=""
          decoding="sync"
          draggable={false}
          style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}
        />
      )}
    </div>
  );
}
