/** Reads and checks the raw outputs of parsing models. Every message names what was found and what is needed. */
import { EngineError } from '../errors.ts';
import type { OutputSpec } from '../models/manifest.ts';
import { createContractError } from '../pipelines/contract.ts';
import type { SessionOutputs } from '../pipelines/pipeline.ts';
import type { Session, TensorData } from '../platform.ts';
import { toFloat32 } from '../tensor.ts';
import type { MaskGrid, QueryLogits } from './mask2former-candidates.ts';
import type { ClassGrid } from './semantic-labels.ts';

export type SemanticSpec = Extract<OutputSpec, { kind: 'semantic-labels' }>;
export type Mask2FormerSpec = Extract<OutputSpec, { kind: 'mask2former' }>;

/** Axes as a graph declares or a tensor has them; a dynamic axis is its name or null. */
type Shape = readonly (number | string | null)[];

function describeShape(name: string, shape: Shape): string {
  return `${name}: [${shape.map((axis) => axis ?? '?').join(', ')}]`;
}

const EXPONENT = 0x7f800000;

function throwIfNotFinite(values: Float32Array, from: number, to: number, name: string): void {
  // By bits: an exponent of ones is NaN or an infinity, and integers do not wait for one another as a sum would.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let isFinite = true;
  for (let i = from; i < to; i++) if ((bits[i]! & EXPONENT) === EXPONENT) isFinite = false;
  if (isFinite) return;
  throw new EngineError('MODEL_OUTPUT_INVALID', `Model output ${name} has values that are not finite`, {
    details: { output: name, reason: 'not-finite', totalCount: to - from },
  });
}

function describeSemantic(spec: SemanticSpec): string {
  return describeShape(spec.name, [1, spec.labels.length, 'height', 'width']);
}

/** The manifest's name, or the one at its fallback place. `shapes` is in the graph's order. Throws MODEL_CONTRACT_MISMATCH. */
function requireLogitsName(shapes: ReadonlyMap<string, Shape>, spec: SemanticSpec): string {
  if (shapes.has(spec.name)) return spec.name;
  if (spec.fallbackIndex !== undefined) {
    // In a file with one output nothing else can be meant.
    const name = [...shapes.keys()][shapes.size === 1 ? 0 : spec.fallbackIndex];
    if (name !== undefined) return name;
  }
  const found = [...shapes].map(([output, shape]) => describeShape(output, shape)).join('; ') || 'none';
  throw createContractError('Model output name', found, describeSemantic(spec));
}

/** Name of the logits among a run's outputs; `outputNames` in the graph's order. Throws MODEL_CONTRACT_MISMATCH. */
export function resolveLogitsName(
  outputs: SessionOutputs,
  spec: SemanticSpec,
  outputNames: readonly string[] = Object.keys(outputs),
): string {
  const present = outputNames.filter((output) => outputs[output] !== undefined);
  return requireLogitsName(new Map(present.map((output) => [output, outputs[output]!.dims])), spec);
}

/** Logits [1, classes, height, width]; `outputNames` in the graph's order. Throws MODEL_CONTRACT_MISMATCH, MODEL_OUTPUT_INVALID. */
export function readClassGrid(
  outputs: SessionOutputs,
  spec: SemanticSpec,
  outputNames?: readonly string[],
): ClassGrid {
  const name = resolveLogitsName(outputs, spec, outputNames);
  const tensor = outputs[name]!;
  const { dims } = tensor;
  const [heightPx = 0, widthPx = 0] = dims.slice(2);
  const classCount = spec.labels.length;
  if (dims.length !== 4 || dims[0] !== 1 || dims[1] !== classCount || heightPx < 1 || widthPx < 1) {
    throw createContractError(
      `Classes of label set ${spec.labelSet}`,
      describeShape(name, dims),
      describeSemantic(spec),
    );
  }
  const logitsChw = toFloat32(tensor, name);
  throwIfNotFinite(logitsChw, 0, logitsChw.length, name);
  return { logitsChw, classCount, widthPx, heightPx };
}

function takeTensor(outputs: SessionOutputs, name: string, spec: Mask2FormerSpec): TensorData {
  const tensor = outputs[name];
  if (tensor !== undefined) return tensor;
  const found = Object.entries(outputs).map(([output, { dims }]) => describeShape(output, dims));
  throw createContractError(
    'Model output name',
    found.join('; ') || 'none',
    `${spec.logitsName} and ${spec.masksName}`,
  );
}

/**
 * Class logits [1, queries, classes + 1] and mask logits [1, queries, height, width]. Masks are checked for NaN by
 * {@link checkMasks}, once it is known which are used.
 */
export function readQueries(
  outputs: SessionOutputs,
  spec: Mask2FormerSpec,
): { readonly query: QueryLogits; readonly grid: MaskGrid } {
  const logits = takeTensor(outputs, spec.logitsName, spec);
  const masks = takeTensor(outputs, spec.masksName, spec);
  const columnCount = spec.labels.length + 1;
  const [, queryCount = 0] = logits.dims;
  if (logits.dims.length !== 3 || logits.dims[0] !== 1 || queryCount < 1 || logits.dims[2] !== columnCount) {
    throw createContractError(
      `Classes of label set ${spec.labelSet}`,
      describeShape(spec.logitsName, logits.dims),
      `${describeShape(spec.logitsName, [1, 'queries', columnCount])} (${spec.labels.length} classes and no-object)`,
    );
  }
  const [heightPx = 0, widthPx = 0] = masks.dims.slice(2);
  const hasShape = masks.dims.length === 4 && masks.dims[0] === 1 && masks.dims[1] === queryCount;
  if (!hasShape || heightPx < 1 || widthPx < 1) {
    throw createContractError(
      'Masks of the model',
      describeShape(spec.masksName, masks.dims),
      describeShape(spec.masksName, [1, queryCount, 'height', 'width']),
    );
  }
  const values = toFloat32(logits, spec.logitsName);
  throwIfNotFinite(values, 0, values.length, spec.logitsName);
  return {
    query: { logits: values, queryCount, columnCount },
    grid: { masks: toFloat32(masks, spec.masksName), widthPx, heightPx },
  };
}

/** Throws MODEL_OUTPUT_INVALID where a mask of `queries` is not finite. */
export function checkMasks(grid: MaskGrid, queries: Iterable<number>, name: string): void {
  const plane = grid.widthPx * grid.heightPx;
  for (const query of new Set(queries))
    throwIfNotFinite(grid.masks, query * plane, (query + 1) * plane, name);
}

/** What a session declares, before any run: names and, where the graph knows them, ranks and class counts. */
export function checkDeclaredOutputs(session: Session, spec: SemanticSpec | Mask2FormerSpec): void {
  const shapes = new Map(session.outputs.map(({ name, shape }) => [name, shape]));
  if (spec.kind === 'semantic-labels') {
    const name = requireLogitsName(shapes, spec);
    checkDeclared(name, shapes.get(name)!, [1, spec.labels.length, 'height', 'width'], spec.labelSet);
    return;
  }
  const expected = new Map<string, readonly (number | string)[]>([
    [spec.logitsName, [1, 'queries', spec.labels.length + 1]],
    [spec.masksName, [1, 'queries', 'height', 'width']],
  ]);
  for (const [name, shape] of expected) {
    const declared = shapes.get(name);
    if (declared === undefined) {
      const found = [...shapes].map(([output, other]) => describeShape(output, other)).join('; ');
      throw createContractError('Model output name', found || 'none', describeShape(name, shape));
    }
    checkDeclared(name, declared, shape, spec.labelSet);
  }
}

function checkDeclared(
  name: string,
  declared: Shape,
  expected: readonly (number | string)[],
  labelSet: string,
): void {
  // Some runtimes do not tell shapes; then the first run does.
  if (declared.length === 0) return;
  const isWrong =
    declared.length !== expected.length ||
    expected.some((axis, i) => {
      const found = declared[i];
      return typeof axis === 'number' && typeof found === 'number' && axis !== found;
    });
  if (isWrong) {
    throw createContractError(
      `Classes of label set ${labelSet}`,
      describeShape(name, declared),
      describeShape(name, expected),
    );
  }
}
