/** NumPy's array file, format 1.0 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
/** The data starts at a multiple of this. */
const ALIGNMENT = 64;

/** A float32 array in C order, little-endian. `values.length` = product of `shape`, outermost axis first. */
export function encodeNpy(values: Float32Array<ArrayBuffer>, shape: readonly number[]): Blob {
  if (values.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new RangeError(`${values.length} values do not fill the shape ${shape.join(' x ')}`);
  }
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  const unpadded = MAGIC.length + 2 + description.length + 1;
  const header = `${description}${' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)}\n`;
  const preamble = Uint8Array.of(...MAGIC, header.length & 0xff, header.length >> 8);
  return new Blob([preamble, header, toLittleEndian(values)], { type: 'application/octet-stream' });
}

function toLittleEndian(values: Float32Array<ArrayBuffer>): BlobPart {
  const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (isLittleEndian) return values;
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return view;
}
