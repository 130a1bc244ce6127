/** Classes and blurred faces on the GPU: a second pass over the photo of a viewport, mixed in by blending. */
import { EngineError } from '../engine/errors.ts';
import { readBlurBase } from './face-blur.ts';
import { createTexture } from './gpu-program.ts';
import { OUTLINE_OFFSETS } from './label-math.ts';
import type { BlurSource, LabelLook, LabelSource, RenderSource, View } from './renderer.ts';
import { VERTEX_SHADER } from './shaders.ts';
import type { Viewport } from './viewports.ts';

/** Units above those of the map's program. */
const LABELS_UNIT = 6;
const INSTANCES_UNIT = 7;
const PALETTE_UNIT = 8;
const PEOPLE_UNIT = 9;
const MASK_UNIT = 10;
const BASE_UNIT = 11;
const PEOPLE_ROW = 256;

const PASS = { fill: 0, outline: 1, blur: 2 } as const;

const glsl = (value: number) => value.toFixed(8);

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;

uniform usampler2D uLabels;
uniform usampler2D uInstances;
uniform sampler2D uPalette;     // 256 x 1, alpha 0: hidden
uniform usampler2D uPeople;     // 1: shown, rows of ${PEOPLE_ROW}
uniform sampler2D uMask;
uniform sampler2D uBase;
uniform bool uHasInstances;
uniform int uPass;
uniform vec2 uSourceSize;
uniform vec2 uViewportOrigin;   // device pixels, origin at the top left
uniform vec2 uViewportSize;
uniform float uCanvasHeight;
uniform vec2 uCenter;           // source pixels
uniform float uSourcePerDevice;
uniform float uSplitX;          // device pixels: nothing is drawn on its left
uniform float uOpacity;
uniform float uHalfLine;        // source pixels
out vec4 outColor;

int codeAt(vec2 source) {
  ivec2 size = textureSize(uLabels, 0);
  ivec2 at = clamp(ivec2(floor(source / uSourceSize * vec2(size))), ivec2(0), size - 1);
  int label = int(texelFetch(uLabels, at, 0).r);
  int person = uHasInstances ? int(texelFetch(uInstances, at, 0).r) : 0;
  bool isOn = texelFetch(uPalette, ivec2(label, 0), 0).a > 0.0
    && texelFetch(uPeople, ivec2(person % ${PEOPLE_ROW}, person / ${PEOPLE_ROW}), 0).r > 0u;
  return isOn ? person * 256 + label + 1 : 0;
}

const vec2 OFFSETS[${OUTLINE_OFFSETS.length}] = vec2[](
  ${OUTLINE_OFFSETS.map(([x, y]) => `vec2(${glsl(x)}, ${glsl(y)})`).join(',\n  ')}
);

int outlineAt(vec2 source) {
  int center = codeAt(source);
  for (int i = 0; i < ${OUTLINE_OFFSETS.length}; i++) {
    int other = codeAt(source + OFFSETS[i] * uHalfLine);
    if (other != center) return center == 0 ? other : center;
  }
  return 0;
}

float maskAt(ivec2 at) {
  return texelFetch(uMask, clamp(at, ivec2(0), textureSize(uMask, 0) - 1), 0).r;
}

vec4 splineWeights(float f) {
  float g = 1.0 - f;
  return vec4(g * g * g, 4.0 - 6.0 * f * f + 3.0 * f * f * f, 4.0 - 6.0 * g * g + 3.0 * g * g * g, f * f * f) / 6.0;
}

vec4 blurAt(vec2 uv) {
  vec2 at = uv * vec2(textureSize(uMask, 0)) - 0.5;
  vec2 f = fract(at);
  ivec2 p = ivec2(floor(at));
  float alpha = mix(
    mix(maskAt(p), maskAt(p + ivec2(1, 0)), f.x),
    mix(maskAt(p + ivec2(0, 1)), maskAt(p + ivec2(1, 1)), f.x),
    f.y
  );
  if (alpha <= 0.0) return vec4(0.0);
  ivec2 size = textureSize(uBase, 0);
  at = uv * vec2(size) - 0.5;
  p = ivec2(floor(at)) - 1;
  vec4 x = splineWeights(fract(at.x));
  vec4 y = splineWeights(fract(at.y));
  vec3 color = vec3(0.0);
  for (int j = 0; j < 4; j++) {
    for (int i = 0; i < 4; i++) {
      color += y[j] * x[i] * texelFetch(uBase, clamp(p + ivec2(i, j), ivec2(0), size - 1), 0).rgb;
    }
  }
  return vec4(color, alpha);
}

void main() {
  vec2 device = vec2(gl_FragCoord.x, uCanvasHeight - gl_FragCoord.y);
  vec2 source = uCenter + (device - uViewportOrigin - 0.5 * uViewportSize) * uSourcePerDevice;
  bool isInside = all(greaterThanEqual(source, vec2(0.0))) && all(lessThan(source, uSourceSize));
  if (!isInside || device.x < uSplitX) discard;
  if (uPass == ${PASS.blur}) {
    outColor = blurAt(source / uSourceSize);
    return;
  }
  int code = uPass == ${PASS.outline} ? outlineAt(source) : codeAt(source);
  if (code == 0) discard;
  vec4 color = texelFetch(uPalette, ivec2((code - 1) & 255, 0), 0);
  outColor = vec4(color.rgb, color.a * uOpacity);
}`;

const UNIFORMS = [
  'uLabels',
  'uInstances',
  'uPalette',
  'uPeople',
  'uMask',
  'uBase',
  'uHasInstances',
  'uPass',
  'uSourceSize',
  'uViewportOrigin',
  'uViewportSize',
  'uCanvasHeight',
  'uCenter',
  'uSourcePerDevice',
  'uSplitX',
  'uOpacity',
  'uHalfLine',
] as const;
type UniformName = (typeof UNIFORMS)[number];

export interface LabelLayer {
  /** Draws over what is in the viewport; leaves blending off. */
  draw(source: RenderSource, view: View, viewport: Viewport): void;
  dispose(): void;
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, text] of [
    [gl.VERTEX_SHADER, VERTEX_SHADER],
    [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new EngineError('INTERNAL', 'WebGL context lost while compiling');
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) {
    throw new EngineError(
      'INTERNAL',
      `The label shader does not link: ${gl.getProgramInfoLog(program) ?? ''}`,
    );
  }
  return program;
}

/** Compiled on first use: pictures that are not parsed do not pay for it. A lost context takes it along. */
export function createLabelLayer(gl: WebGL2RenderingContext): LabelLayer {
  const program = link(gl);
  const at = Object.fromEntries(
    UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]),
  ) as Record<UniformName, WebGLUniformLocation | null>;
  const units = [LABELS_UNIT, INSTANCES_UNIT, PALETTE_UNIT, PEOPLE_UNIT, MASK_UNIT, BASE_UNIT];
  const textures = new Map(units.map((unit) => [unit, createTexture(gl, unit, gl.NEAREST)]));
  let uploadedLabels: LabelSource | null = null;
  let uploadedPalette: Uint8Array | null = null;
  let uploadedPeople: Uint8Array | null = null;
  let uploadedBlur: BlurSource | null = null;
  let uploadedPhoto: ImageBitmap | null = null;

  function bind(unit: number): void {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, textures.get(unit) ?? null);
  }

  /** Integer textures have no default that every driver accepts: one texel stands in for what is not there. */
  function uploadIds(unit: number, width: number, height: number, ids: Uint8Array | Uint16Array): void {
    bind(unit);
    const [format, type] =
      ids instanceof Uint8Array ? [gl.R8UI, gl.UNSIGNED_BYTE] : [gl.R16UI, gl.UNSIGNED_SHORT];
    gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, gl.RED_INTEGER, type, ids);
  }

  function uploadLabels(labels: LabelSource): void {
    if (uploadedLabels === labels) return;
    const { widthPx, heightPx, labelsU8, instancesU16 } = labels;
    uploadIds(LABELS_UNIT, widthPx, heightPx, labelsU8);
    if (instancesU16 === null) uploadIds(INSTANCES_UNIT, 1, 1, new Uint16Array(1));
    else uploadIds(INSTANCES_UNIT, widthPx, heightPx, instancesU16);
    uploadedLabels = labels;
  }

  function uploadLook(look: LabelLook): void {
    if (uploadedPalette !== look.paletteRgba) {
      bind(PALETTE_UNIT);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, look.paletteRgba);
      uploadedPalette = look.paletteRgba;
    }
    if (uploadedPeople !== look.peopleOn) {
      const rowCount = Math.ceil(look.peopleOn.length / PEOPLE_ROW);
      const rows = new Uint8Array(rowCount * PEOPLE_ROW);
      rows.set(look.peopleOn);
      uploadIds(PEOPLE_UNIT, PEOPLE_ROW, rowCount, rows);
      uploadedPeople = look.peopleOn;
    }
  }

  function uploadBlur(blur: BlurSource, photo: ImageBitmap): void {
    if (uploadedBlur === blur && uploadedPhoto === photo) return;
    const { mask, baseWidthPx, baseHeightPx } = blur;
    bind(MASK_UNIT);
    gl.texImage2D(
      gl.TEXTURE_2D,
      0,
      gl.R8,
      mask.widthPx,
      mask.heightPx,
      0,
      gl.RED,
      gl.UNSIGNED_BYTE,
      mask.alphaU8,
    );
    bind(BASE_UNIT);
    const base = new Uint8Array(readBlurBase(photo, blur));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, baseWidthPx, baseHeightPx, 0, gl.RGBA, gl.UNSIGNED_BYTE, base);
    uploadedBlur = blur;
    uploadedPhoto = photo;
  }

  function prepare(source: RenderSource, view: View, viewport: Viewport): void {
    const { camera } = view;
    gl.useProgram(program);
    gl.uniform1i(at.uLabels, LABELS_UNIT);
    gl.uniform1i(at.uInstances, INSTANCES_UNIT);
    gl.uniform1i(at.uPalette, PALETTE_UNIT);
    gl.uniform1i(at.uPeople, PEOPLE_UNIT);
    gl.uniform1i(at.uMask, MASK_UNIT);
    gl.uniform1i(at.uBase, BASE_UNIT);
    gl.uniform2f(at.uSourceSize, source.sourceWidthPx, source.sourceHeightPx);
    gl.uniform2f(at.uViewportOrigin, viewport.x, viewport.y);
    gl.uniform2f(at.uViewportSize, viewport.width, viewport.height);
    gl.uniform1f(at.uCanvasHeight, view.heightPx);
    gl.uniform2f(at.uCenter, camera.centerX * source.sourceWidthPx, camera.centerY * source.sourceHeightPx);
    gl.uniform1f(at.uSourcePerDevice, 1 / camera.scale);
    const isSplit = viewport.content === 'compare';
    gl.uniform1f(at.uSplitX, isSplit ? view.comparePosition * view.widthPx : 0);
    gl.uniform1f(at.uOpacity, view.overlayOpacity);
  }

  function blend(pass: number): void {
    gl.uniform1i(at.uPass, pass);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.BLEND);
  }

  // Every sampler of the program needs a complete texture of its kind, whichever pass is drawn.
  for (const unit of [LABELS_UNIT, PEOPLE_UNIT]) uploadIds(unit, 1, 1, new Uint8Array(1));
  uploadIds(INSTANCES_UNIT, 1, 1, new Uint16Array(1));

  return {
    draw(source, view, viewport) {
      const { labels, blur, photo } = source;
      const isMapHere = viewport.content !== 'photo';
      const isBlurEverywhere = view.isPhotoBlurred === true;
      if (blur && photo !== null && (isMapHere || isBlurEverywhere)) {
        uploadBlur(blur, photo);
        prepare(source, view, viewport);
        if (isBlurEverywhere) gl.uniform1f(at.uSplitX, 0);
        blend(PASS.blur);
      }
      if (labels && view.labels && isMapHere) {
        uploadLabels(labels);
        uploadLook(view.labels);
        prepare(source, view, viewport);
        gl.uniform1i(at.uHasInstances, labels.instancesU16 === null ? 0 : 1);
        gl.uniform1f(at.uHalfLine, view.labels.lineWidthPx / 2 / view.camera.scale);
        blend(view.labels.isOutline ? PASS.outline : PASS.fill);
      }
    },
    dispose() {
      for (const texture of textures.values()) gl.deleteTexture(texture);
      gl.deleteProgram(program);
    },
  };
}
