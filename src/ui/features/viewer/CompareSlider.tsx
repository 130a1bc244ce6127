import { CompareHandle } from '../../components/CompareHandle.tsx';
import { useViewStore } from '../../stores/view-store.ts';
import { visibleCssRect, type StageGeometry } from './stage-geometry.ts';

/** The line between photo and map, over the visible part of the picture. */
export function CompareSlider({ geometry }: { readonly geometry: StageGeometry }) {
  const position = useViewStore((state) => state.comparePosition);
  const setPosition = useViewStore((state) => state.setComparePosition);
  return <CompareHandle rect={visibleCssRect(geometry)} position={position} onChange={setPosition} />;
}
