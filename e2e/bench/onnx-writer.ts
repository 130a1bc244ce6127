/** Writes ONNX files: the few messages of onnx.proto3 (IR version 8) that a feed-forward graph needs. */

type Field = readonly [number: number, value: number | string | Uint8Array];

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.of(...bytes, rest);
}

/** A number (not negative) becomes a varint, a string or bytes become length-delimited. */
function encodeMessage(fields: readonly Field[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    if (typeof value === 'number') {
      parts.push(encodeVarint(number * 8), encodeVarint(value));
      continue;
    }
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    parts.push(encodeVarint(number * 8 + 2), encodeVarint(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

const FLOAT = 1;
const INT64 = 7;

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** Weights in a file of their own: its name, and what is in it so far. */
interface ExternalFile {
  readonly name: string;
  readonly parts: Uint8Array[];
  sizeBytes: number;
}

/** Smaller ones stay in the graph, where shapes are read from. */
const EXTERNAL_MIN_BYTES = 1024;

function encodeTensor({ name, dims, data }: OnnxTensor, external: ExternalFile | null): Buffer {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const isExternal = external !== null && bytes.length >= EXTERNAL_MIN_BYTES;
  return encodeMessage([
    ...dims.map((dim): Field => [1, dim]),
    [2, data instanceof Float32Array ? FLOAT : INT64],
    [8, name],
    ...(isExternal ? placeOutside(bytes, external) : [[9, bytes] as const]),
  ]);
}

/** `external_data` entries and `data_location` EXTERNAL. */
function placeOutside(bytes: Uint8Array, external: ExternalFile): Field[] {
  const entries = { location: external.name, offset: external.sizeBytes, length: bytes.length };
  external.parts.push(bytes);
  external.sizeBytes += bytes.length;
  const fields = Object.entries(entries).map(([key, value]): Field => [
    13,
    encodeMessage([
      [1, key],
      [2, String(value)],
    ]),
  ]);
  return [...fields, [14, 1]];
}

/** Not negative. */
export type OnnxAttribute = number | readonly number[];

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

function encodeAttribute(name: string, value: OnnxAttribute): Buffer {
  if (typeof value === 'number')
    return encodeMessage([
      [1, name],
      [3, value],
      [20, 2],
    ]);
  return encodeMessage([[1, name], ...value.map((item): Field => [8, item]), [20, 7]]);
}

function encodeNode({ op, inputs, output, attributes = {} }: OnnxNode): Buffer {
  return encodeMessage([
    ...inputs.map((name): Field => [1, name]),
    [2, output],
    [3, output],
    [4, op],
    ...Object.entries(attributes).map(([name, value]): Field => [5, encodeAttribute(name, value)]),
  ]);
}

export interface OnnxValue {
  readonly name: string;
  /** A number is fixed, a text names a dynamic axis. */
  readonly dims: readonly (number | string)[];
}

function encodeValue({ name, dims }: OnnxValue): Buffer {
  const shape = encodeMessage(
    dims.map((dim): Field => [1, encodeMessage([typeof dim === 'number' ? [1, dim] : [2, dim]])]),
  );
  const type = encodeMessage([
    [
      1,
      encodeMessage([
        [1, FLOAT],
        [2, shape],
      ]),
    ],
  ]);
  return encodeMessage([
    [1, name],
    [2, type],
  ]);
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** A model of opset 17, and its weights as a second file. */
export function encodeOnnxWithData(
  graph: OnnxGraph,
  dataName: string,
): { readonly graph: Buffer; readonly data: Buffer } {
  const external: ExternalFile = { name: dataName, parts: [], sizeBytes: 0 };
  return { graph: encodeGraph(graph, external), data: Buffer.concat(external.parts) };
}

/** A model of opset 17. */
export function encodeOnnx(graph: OnnxGraph): Buffer {
  return encodeGraph(graph, null);
}

function encodeGraph({ nodes, weights, inputs, outputs }: OnnxGraph, external: ExternalFile | null): Buffer {
  const graph = encodeMessage([
    ...nodes.map((node): Field => [1, encodeNode(node)]),
    [2, 'bench'],
    ...weights.map((tensor): Field => [5, encodeTensor(tensor, external)]),
    ...inputs.map((value): Field => [11, encodeValue(value)]),
    ...outputs.map((value): Field => [12, encodeValue(value)]),
  ]);
  return encodeMessage([
    [1, 8],
    [2, 'isobath-bench'],
    [7, graph],
    [
      8,
      encodeMessage([
        [1, ''],
        [2, 17],
      ]),
    ],
  ]);
}
