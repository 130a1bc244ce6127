/**
 * Reads what a graph declares from ONNX bytes, without a runtime: inputs, outputs, opset, external data.
 * Only the needed fields of onnx.proto (github.com/onnx/onnx/blob/main/onnx/onnx.proto); weights are skipped
 * by their length, so that a file of a gigabyte costs a few small reads.
 */
import { EngineError } from '../errors.ts';
import type { TensorInfo } from '../platform.ts';
import { readFields, readStrings, readText, type ByteSource, type Field } from './protobuf.ts';

/** The highest default-domain opset that ONNX Runtime 1.30 loads. */
const MAX_OPSET = 26;

/** Operator domains that onnxruntime-web knows. */
const KNOWN_DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc']);

export interface OnnxInspection {
  /** Without those that have a default value (initializers). Types as ONNX Runtime prints them: `float32`, `int64`, ... */
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly opset: number;
  readonly producer: string;
  /** Names of the files that hold weights outside of the graph, each once. */
  readonly externalDataFiles: readonly string[];
  /** Operator types that read an image-like input first, by input name: tells normalisation in the graph. */
  readonly firstOperators: Readonly<Record<string, readonly string[]>>;
  readonly nodeCount: number;
}

/** `TensorProto.DataType` as ONNX Runtime names it. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
};

function refuse(reason: string, message: string, details: Record<string, string | number> = {}): EngineError {
  return new EngineError('MODEL_INVALID', message, { details: { reason, ...details } });
}

/** Says what a file is when it is no model: the usual ways in which a download goes wrong. */
async function checkMagic(source: ByteSource): Promise<void> {
  if (source.sizeBytes === 0) throw refuse('empty', 'The file is empty');
  const head = await source.read(0, Math.min(64, source.sizeBytes));
  const text = new TextDecoder('latin1').decode(head);
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) throw refuse('html', 'The file is a web page, not a model');
  if (text.startsWith('version https://git-lfs')) {
    throw refuse('lfs-pointer', 'The file is a Git LFS pointer: the model itself was not downloaded');
  }
  if (text.startsWith('PK\x03\x04')) throw refuse('zip', 'The file is a ZIP archive: unpack it first');
  // `{` is also a valid protobuf tag; an ONNX model begins with the field ir_version (tag 8).
  if (/^\s*[{[]/.test(text)) throw refuse('json', 'The file is JSON, not a model');
}

/**
 * What the graph declares. Throws MODEL_INVALID; `details.reason` is one of empty, html, lfs-pointer, zip, json,
 * not-onnx, truncated, no-graph, opset-too-new (`opset`, `maxOpset`), unknown-operator (`operator`, `domain`).
 */
export async function inspectOnnx(source: ByteSource): Promise<OnnxInspection> {
  await checkMagic(source);
  try {
    return await readModel(source);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (error instanceof RangeError) {
      throw refuse('truncated', 'The file ends before the model does: it was cut off', {
        sizeBytes: source.sizeBytes,
      });
    }
    throw new EngineError('MODEL_INVALID', 'The file is no ONNX model', {
      cause: error,
      details: { reason: 'not-onnx' },
    });
  }
}

async function readModel(source: ByteSource): Promise<OnnxInspection> {
  let graph: Field | null = null;
  let irVersion = 0;
  let opset = 0;
  let producer = '';
  const functionDomains = new Set<string>();
  for await (const field of readFields(source, 0, source.sizeBytes)) {
    if (field.number === 1) irVersion = field.value;
    else if (field.number === 2) producer = await readText(source, field);
    else if (field.number === 7) graph = field;
    else if (field.number === 8) {
      const [domain, version] = await readOpset(source, field);
      if (domain === '' || domain === 'ai.onnx') opset = version;
    } else if (field.number === 25) {
      // FunctionProto: a custom operator that the file itself defines; domain is field 10.
      for (const domain of await readStrings(source, field, 10)) functionDomains.add(domain);
    }
  }
  if (irVersion === 0 && graph === null) throw refuse('not-onnx', 'The file is no ONNX model');
  if (graph === null) throw refuse('no-graph', 'The model has no graph');
  if (opset > MAX_OPSET) {
    throw refuse(
      'opset-too-new',
      `The model needs opset ${opset}; this version of Isobath runs up to ${MAX_OPSET}`,
      { opset, maxOpset: MAX_OPSET },
    );
  }
  return { opset, producer, ...(await readGraph(source, graph, functionDomains)) };
}

async function readOpset(source: ByteSource, field: Field): Promise<[domain: string, version: number]> {
  let domain = '';
  let version = 0;
  for await (const part of readFields(source, field.start, field.end)) {
    if (part.number === 1) domain = await readText(source, part);
    else if (part.number === 2) version = part.value;
  }
  return [domain, version];
}

type GraphFacts = Omit<OnnxInspection, 'opset' | 'producer'>;

async function readGraph(source: ByteSource, graph: Field, functions: Set<string>): Promise<GraphFacts> {
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  const initializers = new Set<string>();
  const externalDataFiles = new Set<string>();
  const readers = new Map<string, string[]>();
  let nodeCount = 0;
  for await (const field of readFields(source, graph.start, graph.end)) {
    if (field.number === 1) {
      nodeCount += 1;
      await readNode(source, field, functions, readers);
    } else if (field.number === 5) {
      const { name, location } = await readInitializer(source, field);
      initializers.add(name);
      if (location !== null) externalDataFiles.add(location);
    } else if (field.number === 11) inputs.push(await readValueInfo(source, field));
    else if (field.number === 12) outputs.push(await readValueInfo(source, field));
  }
  const fed = inputs.filter((input) => !initializers.has(input.name));
  if (outputs.length === 0 || nodeCount === 0) throw refuse('no-graph', 'The model has no graph');
  return {
    inputs: fed,
    outputs,
    nodeCount,
    externalDataFiles: [...externalDataFiles],
    firstOperators: Object.fromEntries(fed.map(({ name }) => [name, readers.get(name) ?? []])),
  };
}

async function readNode(
  source: ByteSource,
  node: Field,
  functions: ReadonlySet<string>,
  readers: Map<string, string[]>,
): Promise<void> {
  const names: string[] = [];
  let operator = '';
  let domain = '';
  for await (const field of readFields(source, node.start, node.end)) {
    if (field.number === 1) names.push(await readText(source, field));
    else if (field.number === 4) operator = await readText(source, field);
    else if (field.number === 7) domain = await readText(source, field);
  }
  if (!KNOWN_DOMAINS.has(domain) && !functions.has(domain)) {
    throw refuse('unknown-operator', `No browser runtime has the operator ${domain}:${operator}`, {
      operator,
      domain,
    });
  }
  for (const name of names) readers.set(name, [...(readers.get(name) ?? []), operator]);
}

/** Name, and the external file (`external_data` entry with the key `location`) if the weights are not inside. */
async function readInitializer(
  source: ByteSource,
  tensor: Field,
): Promise<{ name: string; location: string | null }> {
  let name = '';
  let location: string | null = null;
  for await (const field of readFields(source, tensor.start, tensor.end)) {
    if (field.number === 8) name = await readText(source, field);
    else if (field.number === 13) {
      const [key] = await readStrings(source, field, 1);
      const [value] = await readStrings(source, field, 2);
      if (key === 'location' && value !== undefined) location = value;
    }
  }
  return { name, location };
}

/** ValueInfoProto {name = 1, type = 2 {tensor_type = 1 {elem_type = 1, shape = 2 {dim = 1 {value = 1, param = 2}}}}}. */
async function readValueInfo(source: ByteSource, info: Field): Promise<TensorInfo> {
  let name = '';
  let type = 'unknown';
  const shape: (number | string | null)[] = [];
  for await (const field of readFields(source, info.start, info.end)) {
    if (field.number === 1) name = await readText(source, field);
    if (field.number !== 2) continue;
    for await (const kind of readFields(source, field.start, field.end)) {
      if (kind.number !== 1) continue;
      for await (const part of readFields(source, kind.start, kind.end)) {
        if (part.number === 1) type = TYPE_NAMES[part.value] ?? `type ${part.value}`;
        if (part.number !== 2) continue;
        for await (const dim of readFields(source, part.start, part.end)) {
          if (dim.number === 1) shape.push(await readDim(source, dim));
        }
      }
    }
  }
  return { name, type, shape };
}

async function readDim(source: ByteSource, dim: Field): Promise<number | string | null> {
  for await (const field of readFields(source, dim.start, dim.end)) {
    if (field.number === 1) return field.value;
    if (field.number === 2) return await readText(source, field);
  }
  return null;
}
