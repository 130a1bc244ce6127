/** How the photo is sampled in a view: one rule for both renderers. */
import type { Camera, RenderSource } from './renderer.ts';

/** From this many device pixels per photo pixel on, pixels are drawn as crisp squares; below, smoothly. */
const CRISP_FROM = 2;

/** Device pixels per pixel of the photo proxy, and whether its pixels are drawn crisp. */
export function photoSampling(
  source: RenderSource,
  camera: Camera,
): { readonly scale: number; readonly isCrisp: boolean } {
  const proxyShare = source.photo === null ? 1 : source.photo.width / source.sourceWidthPx;
  const scale = camera.scale / proxyShare;
  return { scale, isCrisp: scale >= CRISP_FROM };
}
