import type { ViewMode } from '../render/renderer.ts';

/** Parsing has its opacity in every mode: there, overlay is the same as the map. */
export function withoutOverlay(mode: ViewMode): ViewMode {
  return mode === 'overlay' ? 'map' : mode;
}
