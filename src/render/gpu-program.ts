/** Compiling a shader program, textures, and targets off screen. */
import { EngineError } from '../engine/errors.ts';
import { VERTEX_SHADER } from './shaders.ts';

export interface GpuProgram<Uniform extends string> {
  readonly program: WebGLProgram;
  readonly at: Readonly<Record<Uniform, WebGLUniformLocation | null>>;
}

/** A fragment shader, the uniforms it reads, and its name in messages. */
export interface ShaderSource<Uniform extends string> {
  readonly name: string;
  readonly fragment: string;
  readonly uniforms: readonly Uniform[];
}

function compile(gl: WebGL2RenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type);
  if (shader === null) throw new EngineError('INTERNAL', 'WebGL context lost while compiling');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

/** Throws INTERNAL with the driver's log when the program does not link. */
export function createGpuProgram<Uniform extends string>(
  gl: WebGL2RenderingContext,
  { name, fragment: source, uniforms }: ShaderSource<Uniform>,
): GpuProgram<Uniform> {
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX_SHADER));
  const fragment = compile(gl, gl.FRAGMENT_SHADER, source);
  gl.attachShader(program, fragment);
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) {
    const log = gl.getProgramInfoLog(program) || gl.getShaderInfoLog(fragment) || 'no log';
    throw new EngineError('INTERNAL', `The ${name} shader does not link: ${log}`);
  }
  const at = Object.fromEntries(
    uniforms.map((uniform) => [uniform, gl.getUniformLocation(program, uniform)]),
  );
  return { program, at: at as Record<Uniform, WebGLUniformLocation | null> };
}

/** A texture whose edges are clamped, bound to `unit`. */
export function createTexture(gl: WebGL2RenderingContext, unit: number, minFilter: number): WebGLTexture {
  const texture = gl.createTexture();
  bindTexture(gl, unit, texture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, minFilter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return texture;
}

/** Makes it the texture that the next upload or parameter is for. */
export function bindTexture(gl: WebGL2RenderingContext, unit: number, texture: WebGLTexture | null): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
}

/** An RGBA8 texture to draw into. */
export interface GpuTarget {
  /** Binds it for drawing, allocated anew when its size changes, with a viewport over all of it. */
  begin(widthPx: number, heightPx: number): void;
  dispose(): void;
}

/** A target whose texture stays bound to `unit`. */
export function createGpuTarget(gl: WebGL2RenderingContext, unit: number): GpuTarget {
  const texture = createTexture(gl, unit, gl.NEAREST);
  const framebuffer = gl.createFramebuffer();
  let size = { widthPx: 0, heightPx: 0 };
  return {
    begin(widthPx, heightPx) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.viewport(0, 0, widthPx, heightPx);
      if (size.widthPx === widthPx && size.heightPx === heightPx) return;
      bindTexture(gl, unit, texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, widthPx, heightPx, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
      size = { widthPx, heightPx };
    },
    dispose() {
      gl.deleteTexture(texture);
      gl.deleteFramebuffer(framebuffer);
    },
  };
}
