/** Reads what the app saves: NumPy's NPY format (version 1 or 2) with little-endian float32. */

export interface NpyArray {
  /** Row-major. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Throws when the file is not a C-ordered `<f4` array. Source: numpy.lib.format. */
export function parseNpy(bytes: Buffer): NpyArray {
  if (bytes.subarray(0, 6).toString('latin1') !== '\x93NUMPY') throw new Error('not an NPY file');
  const isVersion1 = bytes[6] === 1;
  const headerLength = isVersion1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = (isVersion1 ? 10 : 12) + headerLength;
  const header = bytes.subarray(isVersion1 ? 10 : 12, start).toString('latin1');
  if (!/'descr': '<f4'/.test(header) || !/'fortran_order': False/.test(header)) {
    throw new Error(`unexpected NPY header: ${header}`);
  }
  if (start % 64 !== 0) throw new Error(`NPY data starts at ${start}, not at a multiple of 64`);
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== start + count * 4)
    throw new Error(`NPY of ${shape.join('x')} has ${bytes.length} bytes`);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = bytes.readFloatLE(start + index * 4);
  return { shape, values };
}
