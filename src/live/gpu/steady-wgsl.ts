/**
 * Steadiness on the GPU: robust range, scene cut and per-pixel smoothing, with the formulas of `range-smoothing.ts`,
 * `scene-cut.ts` and `temporal-filter.ts`; tests hold them together. Everything stays in two buffers.
 */
import {
  HISTOGRAM_DISTANCE,
  LUMA_BIN_COUNT,
  LUMA_MOVED,
  LUMA_STILL,
  MAX_NOISE,
  MEAN_CHANGE,
  VALUE_MOVED,
} from '../steady-constants.ts';

/** As the histogram of photos (`render/histogram.ts`). */
const RANGE_BIN_COUNT = 2048;
const AUTO_LOW = 0.02;
const AUTO_HIGH = 0.98;
/** Changes of still pixels are summed in these fractions: below 2 ** 32 for a map of a megapixel. */
const FIXED = 65536;

/** Words of the header before its histograms; the first four are what is read back. */
export const HEADER = { isCut: 0, lo: 1, hi: 2, frames: 3 } as const;
export const HEADER_BYTES = 4 * (16 + 2 * LUMA_BIN_COUNT + RANGE_BIN_COUNT);
export const STEADY_PARAMS_BYTES = 48;

export const STEADY_WGSL = `
struct Params {
  map: vec2u,
  photo: vec2u,
  rangeWeight: f32,
  stillWeight: f32,
  isOff: u32,
  isMirrored: u32,
  isDepth: u32,      // metres, larger is farther: drawn as 1/m
  isReset: u32,      // another source or model: nothing of before counts
}
struct Header {
  isCut: u32,
  lo: f32,
  hi: f32,
  frames: u32,       // since the last cut
  noise: f32,
  smallest: atomic<u32>,
  largest: atomic<u32>,
  lumaChange: atomic<u32>,
  stillSum: atomic<u32>,
  stillCount: atomic<u32>,
  hasPrevious: u32,
  spare: array<u32, 5>,
  lumaBins: array<atomic<u32>, ${LUMA_BIN_COUNT}>,
  previousBins: array<u32, ${LUMA_BIN_COUNT}>,
  rangeBins: array<atomic<u32>, ${RANGE_BIN_COUNT}>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var photo: texture_2d<f32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> header: Header;
@group(0) @binding(4) var<storage, read_write> state: array<f32>;
@group(0) @binding(5) var<storage, read_write> guide: array<vec4f>;  // rgb: the photo averaged, a: its luma of 255
@group(0) @binding(6) var<storage, read_write> previousLuma: array<f32>;

// Floats as integers of the same order, for atomics.
fn toOrdered(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}
fn fromOrdered(bits: u32) -> f32 {
  return bitcast<f32>(select(~bits, bits & 0x7fffffffu, (bits & 0x80000000u) != 0u));
}
fn isFinite(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u; }
fn valueAt(i: u32) -> f32 {
  let value = values[i];
  if (params.isDepth == 0u) { return value; }
  return select(0.0, 1.0 / value, value > 0.0);
}
fn isInside(id: vec3u) -> bool { return id.x < params.map.x && id.y < params.map.y; }
fn indexOf(id: vec3u) -> u32 { return id.y * params.map.x + id.x; }

@compute @workgroup_size(64) fn clear(@builtin(global_invocation_id) id: vec3u) {
  if (id.x == 0u) {
    atomicStore(&header.smallest, 0xffffffffu);
    atomicStore(&header.largest, 0u);
    atomicStore(&header.lumaChange, 0u);
    if (params.isReset == 1u) { header.hasPrevious = 0u; }
  }
  if (id.x < ${LUMA_BIN_COUNT}u) { atomicStore(&header.lumaBins[id.x], 0u); }
  if (id.x < ${RANGE_BIN_COUNT}u) { atomicStore(&header.rangeBins[id.x], 0u); }
}

@compute @workgroup_size(8, 8) fn measure(@builtin(global_invocation_id) id: vec3u) {
  if (!isInside(id)) { return; }
  let i = indexOf(id);
  let value = valueAt(i);
  if (isFinite(value)) {
    atomicMin(&header.smallest, toOrdered(value));
    atomicMax(&header.largest, toOrdered(value));
  }
  let start = id.xy * params.photo / params.map;
  let end = max(start + 1u, (id.xy + 1u) * params.photo / params.map);
  var sum = vec3f(0.0);
  for (var y = start.y; y < end.y; y++) {
    for (var x = start.x; x < end.x; x++) {
      let column = select(x, params.photo.x - 1u - x, params.isMirrored == 1u);
      sum += textureLoad(photo, vec2u(column, y), 0).rgb;
    }
  }
  let rgb = sum / f32((end.x - start.x) * (end.y - start.y));
  // The tiny term keeps a whole number from being rounded down to the one below.
  let luma = floor(dot(rgb, vec3f(77.0, 150.0, 29.0)) * (255.0 / 256.0) + 0.001);
  guide[i] = vec4f(rgb, luma);
  atomicAdd(&header.lumaBins[min(u32(luma) >> 3u, ${LUMA_BIN_COUNT - 1}u)], 1u);
  atomicAdd(&header.lumaChange, u32(abs(luma - previousLuma[i])));
}

@compute @workgroup_size(8, 8) fn count(@builtin(global_invocation_id) id: vec3u) {
  if (!isInside(id)) { return; }
  let value = valueAt(indexOf(id));
  if (!isFinite(value)) { return; }
  let lo = fromOrdered(atomicLoad(&header.smallest));
  let hi = fromOrdered(atomicLoad(&header.largest));
  let share = select(0.0, (value - lo) / (hi - lo), hi > lo);
  atomicAdd(&header.rangeBins[min(u32(share * ${RANGE_BIN_COUNT}.0), ${RANGE_BIN_COUNT - 1}u)], 1u);
}

fn percentile(rank: f32, lo: f32, hi: f32) -> f32 {
  var seen = 0.0;
  for (var bin = 0u; bin < ${RANGE_BIN_COUNT}u; bin++) {
    let here = f32(atomicLoad(&header.rangeBins[bin]));
    if (here > 0.0 && seen + here >= rank) {
      return lo + (f32(bin) + (rank - seen) / here) * (hi - lo) / ${RANGE_BIN_COUNT}.0;
    }
    seen += here;
  }
  return hi;
}

@compute @workgroup_size(1) fn decide() {
  let total = f32(params.map.x * params.map.y);
  var distance = 0.0;
  for (var bin = 0u; bin < ${LUMA_BIN_COUNT}u; bin++) {
    let now = atomicLoad(&header.lumaBins[bin]);
    distance += abs(f32(now) - f32(header.previousBins[bin])) / total / 2.0;
    header.previousBins[bin] = now;
  }
  let change = f32(atomicLoad(&header.lumaChange)) / total;
  let isCut = header.hasPrevious == 0u || distance > ${HISTOGRAM_DISTANCE} || change > ${MEAN_CHANGE}.0;
  header.isCut = select(0u, 1u, isCut);
  // Of the frame before: noise of what stood still.
  if (isCut) {
    header.noise = 0.0;
  } else if (header.frames > 1u) {
    let stillCount = f32(atomicLoad(&header.stillCount));
    let measured = select(${MAX_NOISE}, f32(atomicLoad(&header.stillSum)) / ${FIXED}.0 / max(1.0, stillCount), stillCount > 0.0);
    header.noise = select(header.noise + 0.2 * (measured - header.noise), min(${MAX_NOISE}, measured), header.noise == 0.0);
  }
  atomicStore(&header.stillSum, 0u);
  atomicStore(&header.stillCount, 0u);

  let smallest = fromOrdered(atomicLoad(&header.smallest));
  let largest = fromOrdered(atomicLoad(&header.largest));
  var lo = percentile(${AUTO_LOW} * total, smallest, largest);
  var hi = percentile(${AUTO_HIGH} * total, smallest, largest);
  if (hi - lo <= 1e-6 * max(abs(lo), abs(hi))) { lo = smallest; hi = largest; }
  header.frames = select(header.frames + 1u, 1u, isCut);
  let weight = max(params.rangeWeight, 1.0 / f32(header.frames));
  header.lo = select(header.lo + weight * (lo - header.lo), lo, header.frames == 1u);
  header.hi = select(header.hi + weight * (hi - header.hi), hi, header.frames == 1u);
  header.hasPrevious = 1u;
}

@compute @workgroup_size(8, 8) fn blend(@builtin(global_invocation_id) id: vec3u) {
  if (!isInside(id)) { return; }
  let i = indexOf(id);
  let span = header.hi - header.lo;
  let raw = valueAt(i);
  let value = select(0.0, (select(header.lo, raw, isFinite(raw)) - header.lo) / span, span > 0.0);
  let luma = guide[i].a;
  let lumaChange = abs(luma - previousLuma[i]);
  previousLuma[i] = luma;
  if (params.isOff == 1u || header.frames == 1u) {
    state[i] = value;
    return;
  }
  let stillWeight = max(params.stillWeight, 1.0 / f32(header.frames));
  let valueStill = min(${MAX_NOISE}, 3.0 * header.noise);
  let difference = value - state[i];
  let change = abs(difference);
  let moved = max(
    (lumaChange - ${LUMA_STILL}.0) / ${LUMA_MOVED - LUMA_STILL}.0,
    (change - valueStill) / (${VALUE_MOVED} - valueStill),
  );
  if (moved <= 0.0) {
    atomicAdd(&header.stillSum, u32(change * ${FIXED}.0));
    atomicAdd(&header.stillCount, 1u);
    state[i] += stillWeight * difference;
  } else if (moved >= 1.0) {
    state[i] = value;
  } else {
    let eased = moved * moved * (3.0 - 2.0 * moved);
    state[i] += (stillWeight + (1.0 - stillWeight) * eased) * difference;
  }
}`;
