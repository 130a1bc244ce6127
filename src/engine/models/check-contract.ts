/** Does a graph keep the contract that a manifest promises? Asked before a user's file is kept under a known model. */
import { EngineError } from '../errors.ts';
import type { TensorInfo } from '../platform.ts';
import { findImageInput } from './image-input.ts';
import type { ModelManifest, OutputSpec } from './manifest.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

function listOutputNames(output: OutputSpec): readonly string[] {
  switch (output.kind) {
    case 'disparity':
    case 'semantic-labels':
      return [output.name];
    case 'metric-depth':
      return output.focalLengthName === null ? [output.name] : [output.name, output.focalLengthName];
    case 'mask2former':
      return [output.logitsName, output.masksName];
  }
}

/** The output that stands in for a renamed one, where the manifest allows it. */
function fallbackOutput(inspection: OnnxInspection, output: OutputSpec): TensorInfo | undefined {
  const index = output.kind === 'semantic-labels' ? output.fallbackIndex : undefined;
  return index === undefined ? undefined : inspection.outputs[index];
}

function listNames(tensors: readonly TensorInfo[]): string {
  return tensors.map((tensor) => tensor.name).join(', ');
}

function mismatch(what: string, found: string, expected: string): EngineError {
  return new EngineError('MODEL_CONTRACT_MISMATCH', `${what}: found ${found}, expected ${expected}`, {
    details: { found, expected },
  });
}

/** Throws MODEL_CONTRACT_MISMATCH: input or output names, a fixed size, or the number of classes differ. */
export function checkContract(inspection: OnnxInspection, manifest: ModelManifest): void {
  const image = findImageInput(inspection);
  if (image.info.name !== manifest.input.name) {
    throw mismatch('Input', image.info.name, manifest.input.name);
  }
  for (const name of listOutputNames(manifest.output)) {
    const hasName = inspection.outputs.some((output) => output.name === name);
    if (!hasName && fallbackOutput(inspection, manifest.output) === undefined) {
      throw mismatch('Output', listNames(inspection.outputs), name);
    }
  }
  const { size } = manifest.input;
  if (size.rule === 'fixed') {
    const isOther =
      (image.widthPx !== null && image.widthPx !== size.widthPx) ||
      (image.heightPx !== null && image.heightPx !== size.heightPx);
    if (isOther) {
      throw mismatch(
        'Input size',
        `${image.widthPx} x ${image.heightPx}`,
        `${size.widthPx} x ${size.heightPx}`,
      );
    }
  }
  if (manifest.output.kind === 'semantic-labels') {
    const { name, labels } = manifest.output;
    const output =
      inspection.outputs.find((candidate) => candidate.name === name) ??
      fallbackOutput(inspection, manifest.output);
    const classes = output?.shape[1];
    if (typeof classes === 'number' && classes !== labels.length) {
      throw mismatch('Number of classes', String(classes), String(labels.length));
    }
  }
  if (manifest.output.kind === 'mask2former') {
    const { logitsName, labels } = manifest.output;
    const columns = inspection.outputs.find(({ name }) => name === logitsName)?.shape[2];
    if (typeof columns === 'number' && columns !== labels.length + 1) {
      throw mismatch(
        'Number of classes',
        `${columns} columns in ${logitsName}`,
        `${labels.length + 1} (${labels.length} classes and no-object)`,
      );
    }
  }
}
