/** The smallest ONNX file (IR 8, opset 17): one Identity node, a float32 in and out. Written by `encodeOnnx` of the benchmarks. */
const BASE64 =
  'CAgSDWlzb2JhdGgtYmVuY2g6PgoTCgF4EgF5GgF5IghJZGVudGl0eRIFYmVuY2haDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR';

export const IDENTITY_MODEL: Uint8Array = Uint8Array.from(atob(BASE64), (letter) => letter.charCodeAt(0));
