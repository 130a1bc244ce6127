/** IEEE 754 half precision as bit patterns: models with fp16 inputs or outputs, in runtimes without Float16Array. */

const FLOAT_VIEW = new Float32Array(1);
const BITS_VIEW = new Uint32Array(FLOAT_VIEW.buffer);

/** Nearest half, ties to even; overflow becomes infinity. */
export function encodeHalf(value: number): number {
  FLOAT_VIEW[0] = value;
  const bits = BITS_VIEW[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal halves are multiples of 2^-24; the product is exact, so that the rounding is too.
    const units = Math.abs(FLOAT_VIEW[0]!) * 2 ** 24;
    const floor = Math.floor(units);
    const rest = units - floor;
    const roundsUp = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
    return sign | (floor + (roundsUp ? 1 : 0));
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The exact value of a half. */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function encodeHalves(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = encodeHalf(values[i]!);
  return halves;
}

export function decodeHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = decodeHalf(halves[i]!);
  return values;
}
