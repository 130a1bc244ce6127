import type { PipelineRequest } from '../api.ts';
import type { OutputSpec } from '../models/manifest.ts';
import { createSquareTaps, fitIntoSquare } from '../parsing/affine-square.ts';
import { resolveLabelSet } from '../parsing/label-sets.ts';
import { resolveMapSize } from '../parsing/map-size.ts';
import { parseClasses, parseInstances, type MapGeometry } from '../parsing/mask2former.ts';
import {
  checkDeclaredOutputs,
  readClassGrid,
  readQueries,
  type Mask2FormerSpec,
  type SemanticSpec,
} from '../parsing/outputs.ts';
import type { PeopleMap } from '../parsing/people.ts';
import { estimatePeople } from '../parsing/regions.ts';
import { upsampleArgmax } from '../parsing/semantic-labels.ts';
import { createDirectTaps } from '../parsing/upsampling.ts';
import { checkImageInput, createContractError } from './contract.ts';
import { prepareParsing, resolveContentOffset } from './human-parsing-prepare.ts';
import type { Pipeline, PipelineResult, PreparedInput, SessionOutputs } from './pipeline.ts';

type ParsingSpec = SemanticSpec | Mask2FormerSpec;

interface ParsedMap extends PeopleMap {
  readonly labelsU8: Uint8Array<ArrayBuffer>;
  readonly arePeopleEstimated: boolean;
}

function requireParsingOutput(output: OutputSpec): ParsingSpec {
  if (output.kind === 'semantic-labels' || output.kind === 'mask2former') return output;
  throw createContractError('Output kind of a parsing model', output.kind, 'semantic-labels or mask2former');
}

function hasPersonClass(spec: Mask2FormerSpec): spec is Mask2FormerSpec & { readonly humanClass: number } {
  return spec.humanClass !== null;
}

function estimateFrom(labelsU8: Uint8Array<ArrayBuffer>, map: MapGeometry, spec: ParsingSpec): ParsedMap {
  const set = resolveLabelSet(spec.labelSet, spec.labels);
  return { labelsU8, arePeopleEstimated: true, ...estimatePeople(labelsU8, map.widthPx, map.heightPx, set) };
}

function parseSemantic(
  outputs: SessionOutputs,
  input: PreparedInput,
  request: PipelineRequest,
  spec: SemanticSpec,
  map: MapGeometry,
  outputNames?: readonly string[],
): ParsedMap {
  const grid = readClassGrid(outputs, spec, outputNames);
  const source = { widthPx: input.sourceWidthPx, heightPx: input.sourceHeightPx };
  const taps =
    request.model.input.size.rule === 'affine-square'
      ? createSquareTaps(grid, source, map, fitIntoSquare(source, input.geometry.network.widthPx))
      : {
          rows: createDirectTaps(grid.heightPx, map.rows, map.heightPx),
          columns: createDirectTaps(grid.widthPx, map.columns, map.widthPx),
        };
  return estimateFrom(upsampleArgmax(grid, taps), map, spec);
}

function parseQueries(
  outputs: SessionOutputs,
  request: PipelineRequest,
  spec: Mask2FormerSpec,
  map: MapGeometry,
): ParsedMap {
  const { query, grid } = readQueries(outputs, spec);
  const mode = request.options.isExact === true ? 'exact' : 'fast';
  if (hasPersonClass(spec)) {
    return { arePeopleEstimated: false, ...parseInstances(query, grid, map, spec, mode) };
  }
  return estimateFrom(parseClasses(query, grid, map, spec.masksName, mode), map, spec);
}

/** Where the map's pixels lie in the network's input. */
function resolveMapGeometry(input: PreparedInput, request: PipelineRequest): MapGeometry {
  const { network, content } = input.geometry;
  const offset = resolveContentOffset(input.geometry, request.model.input.size);
  return {
    ...resolveMapSize({ widthPx: input.sourceWidthPx, heightPx: input.sourceHeightPx }),
    columns: { networkLength: network.widthPx, start: offset.x, length: content.widthPx },
    rows: { networkLength: network.heightPx, start: offset.y, length: content.heightPx },
  };
}

function postprocess(
  outputs: SessionOutputs,
  input: PreparedInput,
  request: PipelineRequest,
  outputNames?: readonly string[],
): PipelineResult {
  const spec = requireParsingOutput(request.model.output);
  const map = resolveMapGeometry(input, request);
  const parsed =
    spec.kind === 'semantic-labels'
      ? parseSemantic(outputs, input, request, spec, map, outputNames)
      : parseQueries(outputs, request, spec, map);
  return {
    kind: 'labels',
    pipeline: request.pipeline,
    widthPx: map.widthPx,
    heightPx: map.heightPx,
    sourceWidthPx: input.sourceWidthPx,
    sourceHeightPx: input.sourceHeightPx,
    labelSet: spec.labelSet,
    labels: spec.labels,
    ...parsed,
  };
}

/** Class ids per pixel at source size (bounded, `resolveMapSize`), and people: told apart by the model, or estimated. */
export const HUMAN_PARSING: Pipeline = {
  id: 'human-parsing',
  checkSession(session, model) {
    const output = requireParsingOutput(model.output);
    checkImageInput(session, model.input);
    checkDeclaredOutputs(session, output);
  },
  prepare: prepareParsing,
  postprocess,
};
