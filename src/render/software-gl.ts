import { isSoftwareAdapterName } from '../engine/software-adapter.ts';

function readAnswer(): boolean {
  // Browsers without it draw on the page: old ones, with a GPU.
  if (typeof OffscreenCanvas !== 'function') return false;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (gl === null) return true;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' && isSoftwareAdapterName(name);
}

let answer: boolean | null = null;

/** True where WebGL2 is missing or drawn by the processor: every pixel then costs time that inference wants. Asked once. */
export function isWebglSoftware(): boolean {
  answer ??= readAnswer();
  return answer;
}
