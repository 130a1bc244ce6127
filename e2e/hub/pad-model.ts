/** A model of any length: the room behind it is a field that no reader of ONNX knows and all skip. */

/** Tag of field 200, and a length in five bytes. */
export const PADDING_HEAD_BYTES = 7;

/** Cut off where `sizeBytes` is less than the file has. */
export function padModel(file: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(sizeBytes);
  padded.set(file.subarray(0, sizeBytes));
  const length = sizeBytes - file.length - PADDING_HEAD_BYTES;
  if (length < 0) return padded;
  const groups = [0, 7, 14, 21, 28].map((shift) => Math.floor(length / 2 ** shift) & 0x7f);
  const varint = groups.map((group, index) => (index < groups.length - 1 ? group | 0x80 : group));
  padded.set([0xc2, 0x0c, ...varint], file.length);
  return padded;
}
