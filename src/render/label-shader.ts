/** Classes and blurred faces in GLSL: what `label-math.ts` and `face-blur.ts` say, for the label layer. */
import { OUTLINE_OFFSETS } from './label-math.ts';

/** What a pass draws. */
export const PASS = { fill: 0, outline: 1, blur: 2 } as const;

/** People in a row of their texture: ids have 16 bits, and no texture is that wide. */
export const PEOPLE_ROW = 256;

const glsl = (value: number) => value.toFixed(8);

export const LABEL_SHADER = `#version 300 es
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

export const LABEL_UNIFORMS = [
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
