/** What a map looks like as texels: guide colours and value side by side, so that a tap of the filter is one fetch. */

/** The least value, and how far the greatest lies above it. */
export interface ValueSpan {
  readonly min: number;
  readonly span: number;
}

/** Red, green and blue of the guide (RGBA8, 0..1 in the texels; null: black) and the value in alpha. */
export function packMap(values: Float32Array, guide: ArrayLike<number> | null): Float32Array {
  const texels = new Float32Array(values.length * 4);
  for (let i = 0; i < texels.length; i += 4) {
    if (guide !== null) {
      texels[i] = (guide[i] ?? 0) / 255;
      texels[i + 1] = (guide[i + 1] ?? 0) / 255;
      texels[i + 2] = (guide[i + 2] ?? 0) / 255;
    }
    texels[i + 3] = values[i >> 2] ?? 0;
  }
  return texels;
}

export function measureSpan(values: Float32Array): ValueSpan {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, span: max - min };
}

/** Replaces the values in `texels` by those that the shader wrote as 24 bits in red, green and blue (`packedRgba`). */
export function unpackValues(texels: Float32Array, packedRgba: Uint8Array, { min, span }: ValueSpan): void {
  for (let i = 0; i < packedRgba.length; i += 4) {
    const whole = (packedRgba[i] ?? 0) * 65536 + (packedRgba[i + 1] ?? 0) * 256 + (packedRgba[i + 2] ?? 0);
    texels[i + 3] = min + (whole / 16777215) * span;
  }
}
