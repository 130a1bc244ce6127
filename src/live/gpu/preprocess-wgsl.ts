/** Frame texture to network input: resize as the manifest says, normalise, planar. One pass, nothing leaves the GPU. */

/** Bytes of {@link PREPROCESS_WGSL}'s uniform block. */
export const PREPROCESS_PARAMS_BYTES = 80;

/** Rows first, then columns, rounded after each where the manifest says so: the order of the engine (`engine/image/resize.ts`). */
export const PREPROCESS_WGSL = `
struct Params {
  network: vec2u,
  source: vec2u,
  factor: vec4f,     // per channel of the network: value of 0..255 times this
  offset: vec4f,     // minus this
  cubicA: f32,
  isBicubic: u32,
  isAntialiased: u32,
  isRounded: u32,
  isMirrored: u32,
  isBgr: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var photo: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> input: array<f32>;

fn weightOf(distance: f32) -> f32 {
  let d = abs(distance);
  if (params.isBicubic == 0u) { return max(0.0, 1.0 - d); }
  let a = params.cubicA;
  if (d < 1.0) { return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0; }
  if (d < 2.0) { return (((d - 5.0) * d + 8.0) * d - 4.0) * a; }
  return 0.0;
}

fn toLevels(rgb: vec3f) -> vec3f {
  if (params.isRounded == 0u) { return rgb; }
  return clamp(floor(rgb + 0.5), vec3f(0.0), vec3f(255.0));
}

@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.network.x || id.y >= params.network.y) { return; }
  let size = vec2f(params.source);
  let scale = size / vec2f(params.network);
  let stretch = select(vec2f(1.0), max(scale, vec2f(1.0)), params.isAntialiased == 1u);
  let radius = select(1.0, 2.0, params.isBicubic == 1u) * stretch;
  let center = (vec2f(id.xy) + 0.5) * scale;
  let first = vec2i(floor(center - radius + 0.5));
  let last = vec2i(floor(center + radius + 0.5));
  let border = vec2i(params.source) - 1;
  var sum = vec3f(0.0);
  var weightSum = 0.0;
  for (var y = first.y; y < last.y; y++) {
    // Pillow leaves out what lies beyond the border, the others repeat the border.
    if (params.isAntialiased == 1u && (y < 0 || y > border.y)) { continue; }
    var row = vec3f(0.0);
    var rowWeight = 0.0;
    for (var x = first.x; x < last.x; x++) {
      if (params.isAntialiased == 1u && (x < 0 || x > border.x)) { continue; }
      let weight = weightOf((f32(x) + 0.5 - center.x) / stretch.x);
      var at = clamp(vec2i(x, y), vec2i(0), border);
      if (params.isMirrored == 1u) { at.x = border.x - at.x; }
      row += weight * textureLoad(photo, at, 0).rgb;
      rowWeight += weight;
    }
    let weight = weightOf((f32(y) + 0.5 - center.y) / stretch.y);
    sum += weight * toLevels(row / rowWeight * 255.0);
    weightSum += weight;
  }
  var rgb = toLevels(sum / weightSum);
  if (params.isBgr == 1u) { rgb = rgb.bgr; }
  let value = rgb * params.factor.xyz - params.offset.xyz;
  let plane = params.network.x * params.network.y;
  let at = id.y * params.network.x + id.x;
  input[at] = value.x;
  input[plane + at] = value.y;
  input[2u * plane + at] = value.z;
}`;
