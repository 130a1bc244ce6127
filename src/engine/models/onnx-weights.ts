/**
 * Takes the weights out of an ONNX file without moving them: what is left is a small graph that says where in the file
 * each large weight lies, as ONNX's external data (github.com/onnx/onnx/blob/main/docs/ExternalData.md). A runtime
 * then copies every weight once, straight into its tensor; of a file in one piece it makes a copy of the whole, and
 * another one of each weight while it parses.
 */
import { readFields, type ByteSource, type Field } from './protobuf.ts';

/** Smaller ones stay: shapes and axes, which a runtime wants to see while it reads the graph. */
const MIN_WEIGHT_BYTES = 1024;
/** Below this there is nothing to gain. */
const MIN_SEPARATED_BYTES = 8_000_000;

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;
const TENSOR_EXTERNAL_DATA = 13;
const TENSOR_DATA_LOCATION = 14;
const LOCATION_EXTERNAL = 1;
const BYTES_FIELD = 2;

const encoder = new TextEncoder();

function encodeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** A length-delimited field. */
function encodeField(number: number, payload: ArrayLike<number>): number[] {
  return [...encodeVarint(number * 8 + BYTES_FIELD), ...encodeVarint(payload.length), ...Array.from(payload)];
}

function encodeEntry(key: string, value: string): number[] {
  const entry = [...encodeField(1, encoder.encode(key)), ...encodeField(2, encoder.encode(value))];
  return encodeField(TENSOR_EXTERNAL_DATA, entry);
}

/** A message put together from new bytes and stretches of the source. */
class Message {
  readonly #parts: (Uint8Array | readonly [start: number, end: number])[] = [];
  sizeBytes = 0;

  add(bytes: ArrayLike<number>): void {
    this.#parts.push(Uint8Array.from(bytes));
    this.sizeBytes += bytes.length;
  }

  /** Neighbours become one: a graph of a thousand nodes is a few reads. */
  keep(start: number, end: number): void {
    const last = this.#parts.at(-1);
    if (last !== undefined && !(last instanceof Uint8Array) && last[1] === start) {
      this.#parts[this.#parts.length - 1] = [last[0], end];
    } else this.#parts.push([start, end]);
    this.sizeBytes += end - start;
  }

  append(other: Message): void {
    this.#parts.push(...other.#parts);
    this.sizeBytes += other.sizeBytes;
  }

  async read(source: ByteSource): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(this.sizeBytes);
    let at = 0;
    for (const part of this.#parts) {
      const piece = part instanceof Uint8Array ? part : await source.read(part[0], part[1] - part[0]);
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}

/** The tensor without its bytes, which are at `raw` in the file named `location`. */
async function describeWeight(
  source: ByteSource,
  tensor: Field,
  raw: Field,
  location: string,
): Promise<Message> {
  const message = new Message();
  let at = tensor.start;
  for await (const field of readFields(source, tensor.start, tensor.end)) {
    if (field.number !== TENSOR_RAW_DATA && field.number !== TENSOR_DATA_LOCATION)
      message.keep(at, field.end);
    at = field.end;
  }
  message.add(encodeEntry('location', location));
  message.add(encodeEntry('offset', String(raw.start)));
  message.add(encodeEntry('length', String(raw.end - raw.start)));
  message.add([...encodeVarint(TENSOR_DATA_LOCATION * 8), LOCATION_EXTERNAL]);
  return message;
}

async function findRawData(source: ByteSource, tensor: Field): Promise<Field | null> {
  if (tensor.end - tensor.start < MIN_WEIGHT_BYTES) return null;
  for await (const field of readFields(source, tensor.start, tensor.end)) {
    if (field.number === TENSOR_RAW_DATA) return field.end - field.start < MIN_WEIGHT_BYTES ? null : field;
  }
  return null;
}

/**
 * The graph of an ONNX file with its large weights left in the file, to be given to the runtime with the file itself as
 * external data under the name `location`. Null where that gains nothing: weights of less than `minBytes` together,
 * elsewhere already, or not stored as raw bytes. Throws RangeError when the file is cut off, TypeError when it is no protobuf.
 */
export async function separateWeights(
  source: ByteSource,
  location: string,
  minBytes = MIN_SEPARATED_BYTES,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const model = new Message();
  let separatedBytes = 0;
  let at = 0;
  for await (const field of readFields(source, 0, source.sizeBytes)) {
    if (field.number !== MODEL_GRAPH) model.keep(at, field.end);
    else {
      const graph = new Message();
      let graphAt = field.start;
      for await (const part of readFields(source, field.start, field.end)) {
        const raw = part.number === GRAPH_INITIALIZER ? await findRawData(source, part) : null;
        if (raw === null) graph.keep(graphAt, part.end);
        else {
          const weight = await describeWeight(source, part, raw, location);
          graph.add([
            ...encodeVarint(GRAPH_INITIALIZER * 8 + BYTES_FIELD),
            ...encodeVarint(weight.sizeBytes),
          ]);
          graph.append(weight);
          separatedBytes += raw.end - raw.start;
        }
        graphAt = part.end;
      }
      model.add([...encodeVarint(MODEL_GRAPH * 8 + BYTES_FIELD), ...encodeVarint(graph.sizeBytes)]);
      model.append(graph);
    }
    at = field.end;
  }
  return separatedBytes < minBytes ? null : await model.read(source);
}
