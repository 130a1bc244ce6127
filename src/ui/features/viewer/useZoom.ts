import { useMemo } from 'react';
import { useViewStore } from '../../stores/view-store.ts';
import { panBy, zoomAt } from './camera.ts';
import { cameraOf, viewportOf, type StageGeometry } from './stage-geometry.ts';

const ZOOM_STEP = 1.25;

export interface ZoomCommands {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  /** One source pixel per device pixel, and back to fitted. */
  toggleActual(): void;
  /** CSS pixels. */
  pan(dx: number, dy: number): void;
}

/** Zoom around the middle of the viewport, for buttons and keys. */
export function useZoom(geometry: StageGeometry | null): ZoomCommands {
  return useMemo(() => {
    const zoomBy = (factor: number) => {
      if (geometry === null) return;
      const viewport = viewportOf(geometry);
      const middle = { x: viewport.x + viewport.width / 2, y: viewport.y + viewport.height / 2 };
      const camera = zoomAt(cameraOf(geometry), factor, middle, geometry.picture, viewport);
      useViewStore.getState().setCamera(camera);
    };
    return {
      zoomIn: () => zoomBy(ZOOM_STEP),
      zoomOut: () => zoomBy(1 / ZOOM_STEP),
      fit: () => useViewStore.getState().setCamera(null),
      toggleActual() {
        if (geometry === null) return;
        const { scale } = cameraOf(geometry);
        if (Math.abs(scale - 1) < 1e-3) useViewStore.getState().setCamera(null);
        else zoomBy(1 / scale);
      },
      pan(dx, dy) {
        if (geometry === null) return;
        const { pixelRatio, picture } = geometry;
        const camera = cameraOf(geometry);
        useViewStore
          .getState()
          .setCamera(panBy(camera, dx * pixelRatio, dy * pixelRatio, picture, viewportOf(geometry)));
      },
    };
  }, [geometry]);
}
