/** From steady values and photo to the picture on screen: the formulas of the WebGL2 renderer (`render/shaders.ts`) in WGSL. */
import { RANGE_FLOOR, RANGE_SIGMA, SPATIAL_SIGMA_PX, WINDOW_RADIUS } from '../../render/joint-bilateral.ts';

/** Bytes of one viewport's uniform block, padded to the alignment of dynamic offsets. */
export const COLOR_PARAMS_BYTES = 96;
export const CONTENT = { photo: 0, map: 1, compare: 2 } as const;

const RIM = WINDOW_RADIUS + 0.5;

export const COLOR_WGSL = `
struct Params {
  origin: vec2f,         // of the viewport, device pixels
  size: vec2f,
  pictureSize: vec2f,    // of the whole picture on this viewport, device pixels
  map: vec2f,
  range: vec2f,
  content: u32,
  isInverted: u32,
  inverseGamma: f32,
  splitX: f32,           // device pixels: photo on its left
  opacity: f32,
  followEdges: u32,
  isMirrored: u32,
  hasMap: u32,
  surround: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var photo: texture_2d<f32>;
@group(0) @binding(2) var smoothly: sampler;
@group(0) @binding(3) var colors: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> state: array<f32>;
@group(0) @binding(5) var<storage, read> guide: array<vec4f>;

@vertex fn cover(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
  return vec4f(f32(i & 1u) * 4.0 - 1.0, f32(i & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

fn indexOf(at: vec2i) -> u32 {
  let p = clamp(at, vec2i(0), vec2i(params.map) - 1);
  return u32(p.y) * u32(params.map.x) + u32(p.x);
}

fn bilinear(at: vec2f) -> f32 {
  let p = vec2i(floor(at));
  let f = fract(at);
  let upper = mix(state[indexOf(p)], state[indexOf(p + vec2i(1, 0))], f.x);
  let lower = mix(state[indexOf(p + vec2i(0, 1))], state[indexOf(p + vec2i(1, 1))], f.x);
  return mix(upper, lower, f.y);
}

fn spatialWeight(d: f32) -> f32 {
  let inside = max(0.0, 1.0 - d * d / ${RIM * RIM});
  return exp(-0.5 * d * d / ${SPATIAL_SIGMA_PX ** 2}) * inside * inside;
}

fn jointBilateral(at: vec2f, color: vec3f) -> f32 {
  let nearest = vec2i(floor(at + 0.5));
  var sum = 0.0;
  var weightSum = 0.0;
  for (var dy = -${WINDOW_RADIUS}; dy <= ${WINDOW_RADIUS}; dy++) {
    let weightY = spatialWeight(f32(nearest.y + dy) - at.y);
    for (var dx = -${WINDOW_RADIUS}; dx <= ${WINDOW_RADIUS}; dx++) {
      let i = indexOf(nearest + vec2i(dx, dy));
      let difference = guide[i].rgb - color;
      let range = exp(-0.5 * dot(difference, difference) / ${RANGE_SIGMA ** 2}) + ${RANGE_FLOOR};
      let weight = weightY * spatialWeight(f32(nearest.x + dx) - at.x) * range;
      sum += weight * state[i];
      weightSum += weight;
    }
  }
  return sum / weightSum;
}

fn colorOf(value: f32) -> vec3f {
  let span = params.range.y - params.range.x;
  var t = select(0.0, clamp((value - params.range.x) / span, 0.0, 1.0), span > 0.0);
  if (params.isInverted == 1u) { t = 1.0 - t; }
  t = select(0.0, pow(t, params.inverseGamma), t > 0.0);
  let position = t * 255.0;
  let entry = min(254, i32(floor(position)));
  let below = textureLoad(colors, vec2i(entry, 0), 0).rgb;
  return mix(below, textureLoad(colors, vec2i(entry + 1, 0), 0).rgb, position - f32(entry));
}

@fragment fn paint(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let inPicture = (position.xy - params.origin - 0.5 * (params.size - params.pictureSize)) / params.pictureSize;
  if (any(inPicture < vec2f(0.0)) || any(inPicture >= vec2f(1.0))) {
    return vec4f(vec3f(params.surround), 1.0);
  }
  var inPhoto = inPicture;
  if (params.isMirrored == 1u) { inPhoto.x = 1.0 - inPhoto.x; }
  let color = textureSampleLevel(photo, smoothly, inPhoto, 0.0).rgb;
  let isPhoto = params.content == ${CONTENT.photo}u
    || (params.content == ${CONTENT.compare}u && position.x < params.splitX);
  if (isPhoto || params.hasMap == 0u || params.opacity <= 0.0) { return vec4f(color, 1.0); }
  let at = inPicture * params.map - 0.5;
  var value = 0.0;
  if (params.followEdges == 1u) { value = jointBilateral(at, color); } else { value = bilinear(at); }
  return vec4f(mix(color, colorOf(value), params.opacity), 1.0);
}`;
