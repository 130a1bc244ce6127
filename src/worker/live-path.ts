/** Chooses the way of frames: all on the GPU where there is a real one and the model allows it, else over lanes. */
import { DEPTH_ESTIMATION } from '../engine/pipelines/depth-estimation.ts';
import { createCpuPath, type CpuPathOptions } from '../live/cpu-path.ts';
import type { FramePath, FramePathEvents } from '../live/frame-path.ts';
import { createGpuPath } from '../live/gpu/gpu-path.ts';
import { openCanvasSurface } from '../live/gpu/surface.ts';
import { createBrowserPlatform, type BrowserPlatform } from '../platform/browser/browser-platform.ts';
import { canStayOnGpu } from '../platform/browser/gpu-model.ts';
import { loadInstalledModel } from '../platform/browser/installed-model.ts';
import { isWebglSoftware } from '../render/software-gl.ts';
import type { LiveConfig } from './live-api.ts';
import { openTestedModel } from './live-gpu-model.ts';

export interface PathOpenerOptions extends Pick<CpuPathOptions, 'now' | 'schedule' | 'spawnLane'> {
  readonly canvas: OffscreenCanvas;
}

function wantsGpu({ request, lanes }: LiveConfig): boolean {
  return lanes.slot.executionProvider === 'webgpu' && canStayOnGpu(request.model);
}

export function createPathOpener({ canvas, now, schedule, spawnLane }: PathOpenerOptions) {
  function openCpuPath(events: FramePathEvents, serves: (config: LiveConfig) => boolean): FramePath {
    return createCpuPath({
      ...events,
      canvas,
      isSoftwareGl: isWebglSoftware(),
      now,
      schedule,
      spawnLane,
      serves,
    });
  }

  async function openGpuPath(config: LiveConfig, events: FramePathEvents): Promise<FramePath> {
    const baseUrl = new URL(import.meta.env.BASE_URL, self.location.origin).href;
    const platform: BrowserPlatform = createBrowserPlatform({ baseUrl, loadInstalledModel });
    let isOver = false;
    const capabilities = await platform.configure(config.lanes.slot, (reason) => {
      if (!isOver) events.onLost(reason);
    });
    const device = platform.getDevice();
    // A software adapter computes rightly, but loses its device when it presents: lanes on it, and WebGL2 to draw.
    if (device === null || capabilities.adapter?.isFallback !== false) {
      device?.destroy();
      return openCpuPath(events, () => true);
    }
    const format = navigator.gpu.getPreferredCanvasFormat();
    const path = createGpuPath({
      ...events,
      device,
      capabilities,
      format,
      surface: openCanvasSurface(canvas, device, format),
      openSurface: (tap) => openCanvasSurface(tap, device, format),
      openModel: (model, variant, options) =>
        openTestedModel(model, variant, { ...options, platform, baseUrl, check: DEPTH_ESTIMATION }),
      now,
      schedule,
      serves: wantsGpu,
    });
    return {
      ...path,
      get readyCount() {
        return path.readyCount;
      },
      dispose() {
        isOver = true;
        path.dispose();
      },
    };
  }

  return async (config: LiveConfig, events: FramePathEvents): Promise<FramePath> =>
    wantsGpu(config) ? openGpuPath(config, events) : openCpuPath(events, (next) => !wantsGpu(next));
}
