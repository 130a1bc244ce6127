/** GLSL of the WebGL2 renderer. The formulas are those of `color-math.ts`, `joint-bilateral.ts` and `edge-alignment.ts`; tests hold them together. */
import { ALIGNMENT_RADIUS, ALIGNMENT_RANGE_SIGMA, ALIGNMENT_SIGMA_PX } from './edge-alignment.ts';
import { RANGE_FLOOR, RANGE_SIGMA, SPATIAL_SIGMA_PX, WINDOW_RADIUS } from './joint-bilateral.ts';

/** One triangle that covers the viewport. */
export const VERTEX_SHADER = `#version 300 es
void main() {
  vec2 corner = vec2((gl_VertexID & 1) * 4 - 1, (gl_VertexID & 2) * 2 - 1);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

/** Values of `uOutput` and `uContent`. */
export const OUTPUT = { view: 0, colorTile: 1, greyTile: 2, valueLayer: 3, alignedMap: 4 } as const;
export const CONTENT = { photo: 0, map: 1, compare: 2 } as const;

const glsl = (value: number) => value.toFixed(8);

/**
 * All coordinates have their origin at the top left. Map values come by texelFetch: filtering float textures is an
 * extension, and 8-bit weights of fixed-function filters would show as steps in a 16-bit export.
 */
export const MAP_SHADER = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;

uniform sampler2D uMap;         // rgb: the photo averaged over the map's pixel (guide), a: value
uniform sampler2D uPhoto;
uniform sampler2D uTable;       // the colormap, 256 x 1
uniform sampler2D uLayer;       // values of this viewport, upsampled by an earlier draw
uniform bool uHasLayer;
uniform vec2 uValueSpan;        // smallest value of the map, largest minus smallest
uniform int uOutput;
uniform int uContent;
uniform bool uHasMap;
uniform bool uHasPhoto;
uniform bool uFollowEdges;
uniform bool uPhotoIsTile;      // uPhoto holds exactly the tile's pixels
uniform vec2 uSourceSize;
uniform vec2 uTileOrigin;       // source pixels
uniform vec2 uViewportOrigin;   // device pixels
uniform vec2 uViewportSize;
uniform float uCanvasHeight;
uniform vec2 uCenter;           // source pixels
uniform float uSourcePerDevice;
uniform float uPhotoLod;
uniform float uSplitX;          // device pixels: photo on its left
uniform float uOpacity;
uniform float uSurround;
uniform vec2 uRange;
uniform bool uInvert;
uniform float uInverseGamma;
out vec4 outColor;

const int RADIUS = ${WINDOW_RADIUS};
const float RIM = ${glsl(WINDOW_RADIUS + 0.5)};

vec4 fetchMap(ivec2 at) {
  return texelFetch(uMap, clamp(at, ivec2(0), textureSize(uMap, 0) - 1), 0);
}

float sampleBilinear(vec2 at) {
  vec2 f = fract(at);
  ivec2 p = ivec2(floor(at));
  float upper = mix(fetchMap(p).a, fetchMap(p + ivec2(1, 0)).a, f.x);
  float lower = mix(fetchMap(p + ivec2(0, 1)).a, fetchMap(p + ivec2(1, 1)).a, f.x);
  return mix(upper, lower, f.y);
}

float spatialWeight(float d) {
  float inside = max(0.0, 1.0 - d * d / (RIM * RIM));
  return exp(-0.5 * d * d / ${glsl(SPATIAL_SIGMA_PX ** 2)}) * inside * inside;
}

float sampleJointBilateral(vec2 at, vec3 photo) {
  ivec2 nearest = ivec2(floor(at + 0.5));
  float weightsX[2 * RADIUS + 1];
  for (int dx = -RADIUS; dx <= RADIUS; dx++) weightsX[dx + RADIUS] = spatialWeight(float(nearest.x + dx) - at.x);
  float sum = 0.0;
  float weightSum = 0.0;
  for (int dy = -RADIUS; dy <= RADIUS; dy++) {
    float weightY = spatialWeight(float(nearest.y + dy) - at.y);
    for (int dx = -RADIUS; dx <= RADIUS; dx++) {
      vec4 tap = fetchMap(nearest + ivec2(dx, dy));
      vec3 difference = tap.rgb - photo;
      float range = exp(-0.5 * dot(difference, difference) / ${glsl(RANGE_SIGMA ** 2)}) + ${glsl(RANGE_FLOOR)};
      float weight = weightY * weightsX[dx + RADIUS] * range;
      sum += weight * tap.a;
      weightSum += weight;
    }
  }
  return sum / weightSum;
}

float alignEdgesAt(ivec2 here) {
  vec3 color = fetchMap(here).rgb;
  ivec2 last = textureSize(uMap, 0) - 1;
  ivec2 low = max(here - ${ALIGNMENT_RADIUS}, ivec2(0));
  ivec2 high = min(here + ${ALIGNMENT_RADIUS}, last);
  float sum = 0.0;
  float weightSum = 0.0;
  for (int y = low.y; y <= high.y; y++) {
    for (int x = low.x; x <= high.x; x++) {
      vec4 tap = texelFetch(uMap, ivec2(x, y), 0);
      vec3 difference = tap.rgb - color;
      vec2 away = vec2(ivec2(x, y) - here);
      float range = exp(-0.5 * dot(difference, difference) / ${glsl(ALIGNMENT_RANGE_SIGMA ** 2)}) + ${glsl(RANGE_FLOOR)};
      float weight = exp(-0.5 * dot(away, away) / ${glsl(ALIGNMENT_SIGMA_PX ** 2)}) * range;
      sum += weight * tap.a;
      weightSum += weight;
    }
  }
  return sum / weightSum;
}

float toneOf(float value) {
  float span = uRange.y - uRange.x;
  float t = span > 0.0 ? clamp((value - uRange.x) / span, 0.0, 1.0) : 0.0;
  if (uInvert) t = 1.0 - t;
  return t > 0.0 ? pow(t, uInverseGamma) : 0.0;
}

vec3 colorOf(float t) {
  float position = t * 255.0;
  int entry = min(254, int(floor(position)));
  return mix(texelFetch(uTable, ivec2(entry, 0), 0).rgb, texelFetch(uTable, ivec2(entry + 1, 0), 0).rgb, position - float(entry));
}

float valueAt(vec2 source, vec3 photo) {
  vec2 at = source / uSourceSize * vec2(textureSize(uMap, 0)) - 0.5;
  return uFollowEdges && uHasPhoto ? sampleJointBilateral(at, photo) : sampleBilinear(at);
}

// Values in 24 bits of an RGBA8 texture: float targets are an extension.
vec4 packValue(float value) {
  float share = uValueSpan.y > 0.0 ? clamp((value - uValueSpan.x) / uValueSpan.y, 0.0, 1.0) : 0.0;
  float whole = floor(share * 16777215.0 + 0.5);
  float high = floor(whole / 65536.0);
  float middle = floor((whole - high * 65536.0) / 256.0);
  return vec4(high, middle, whole - high * 65536.0 - middle * 256.0, 255.0) / 255.0;
}

float unpackValue(vec3 packed) {
  vec3 bytes = floor(packed * 255.0 + 0.5);
  return uValueSpan.x + (bytes.r * 65536.0 + bytes.g * 256.0 + bytes.b) / 16777215.0 * uValueSpan.y;
}

void drawTile() {
  vec2 source = uTileOrigin + gl_FragCoord.xy;
  vec3 photo = vec3(0.0);
  if (uFollowEdges && uHasPhoto) {
    ivec2 at = uPhotoIsTile ? ivec2(gl_FragCoord.xy) : ivec2(source / uSourceSize * vec2(textureSize(uPhoto, 0)));
    photo = texelFetch(uPhoto, min(at, textureSize(uPhoto, 0) - 1), 0).rgb;
  }
  float t = toneOf(valueAt(source, photo));
  if (uOutput == ${OUTPUT.colorTile}) {
    outColor = vec4(colorOf(t), 1.0);
  } else {
    float grey = floor(t * 65535.0 + 0.5);
    float high = floor(grey / 256.0);
    outColor = vec4(high / 255.0, (grey - high * 256.0) / 255.0, 0.0, 1.0);
  }
}

void drawView() {
  vec2 device = vec2(gl_FragCoord.x, uCanvasHeight - gl_FragCoord.y);
  vec2 source = uCenter + (device - uViewportOrigin - 0.5 * uViewportSize) * uSourcePerDevice;
  bool isInside = all(greaterThanEqual(source, vec2(0.0))) && all(lessThan(source, uSourceSize));
  if (!isInside || !(uHasMap || uHasPhoto)) {
    outColor = vec4(vec3(uSurround), 1.0);
    return;
  }
  vec3 photo = uHasPhoto ? textureLod(uPhoto, source / uSourceSize, uPhotoLod).rgb : vec3(0.0);
  if (uOutput == ${OUTPUT.valueLayer}) {
    outColor = packValue(valueAt(source, photo));
    return;
  }
  bool isPhoto = uContent == ${CONTENT.photo} || (uContent == ${CONTENT.compare} && device.x < uSplitX);
  if (isPhoto && !uHasPhoto) {
    outColor = vec4(vec3(uSurround), 1.0);
    return;
  }
  if (!uHasMap || isPhoto || (uHasPhoto && uOpacity <= 0.0)) {
    outColor = vec4(photo, 1.0);
    return;
  }
  ivec2 inLayer = ivec2(device - uViewportOrigin);
  inLayer.y = int(uViewportSize.y) - 1 - inLayer.y;
  float value = uHasLayer ? unpackValue(texelFetch(uLayer, inLayer, 0).rgb) : valueAt(source, photo);
  vec3 map = colorOf(toneOf(value));
  outColor = vec4(uHasPhoto ? mix(photo, map, uOpacity) : map, 1.0);
}

void main() {
  if (uOutput == ${OUTPUT.alignedMap}) outColor = packValue(alignEdgesAt(ivec2(gl_FragCoord.xy)));
  else if (uOutput == ${OUTPUT.colorTile} || uOutput == ${OUTPUT.greyTile}) drawTile();
  else drawView();
}`;

/** Every uniform of {@link FRAGMENT_SHADER}. */
export const MAP_UNIFORMS = [
  'uMap',
  'uPhoto',
  'uTable',
  'uLayer',
  'uHasLayer',
  'uValueSpan',
  'uOutput',
  'uContent',
  'uHasMap',
  'uHasPhoto',
  'uFollowEdges',
  'uPhotoIsTile',
  'uSourceSize',
  'uTileOrigin',
  'uViewportOrigin',
  'uViewportSize',
  'uCanvasHeight',
  'uCenter',
  'uSourcePerDevice',
  'uPhotoLod',
  'uSplitX',
  'uOpacity',
  'uSurround',
  'uRange',
  'uInvert',
  'uInverseGamma',
] as const;
export type MapUniform = (typeof MAP_UNIFORMS)[number];
