/** Makes sense of the files that a user dropped: one graph, its external data, perhaps a manifest. */
import { EngineError } from '../engine/errors.ts';
import { checkContract } from '../engine/models/check-contract.ts';
import { guessContract } from '../engine/models/guess-contract.ts';
import type { ModelFile, ModelManifest } from '../engine/models/manifest.ts';
import { inspectOnnx } from '../engine/models/onnx-inspect.ts';
import { createBlobSource } from '../engine/models/protobuf.ts';
import type { InspectedModel } from '../worker/storage-api.ts';

/**
 * Throws MODEL_INVALID (`details.reason`, also `no-graph-file`, `many-graphs`), MODEL_CONTRACT_MISMATCH and, for a
 * manifest that is none, REQUEST_INVALID.
 */
export async function inspectFiles(files: readonly File[]): Promise<InspectedModel> {
  const manifestFile = files.find((file) => file.name.toLowerCase().endsWith('.json'));
  const graphs = files.filter((file) => file.name.toLowerCase().endsWith('.onnx'));
  const [graph, second] = graphs;
  if (graph === undefined) {
    throw new EngineError('MODEL_INVALID', 'None of the files is an .onnx model', {
      details: { reason: 'no-graph-file' },
    });
  }
  if (second !== undefined) {
    throw new EngineError('MODEL_INVALID', 'More than one .onnx model: drop one at a time', {
      details: { reason: 'many-graphs' },
    });
  }
  const inspection = await inspectOnnx(createBlobSource(graph));
  const found: { file: ModelFile; blob: Blob }[] = [
    { file: describeFile('graph', graph.name, graph.size), blob: graph },
  ];
  const missingFiles: string[] = [];
  for (const location of inspection.externalDataFiles) {
    const name = location.slice(location.lastIndexOf('/') + 1);
    const data = files.find((file) => file.name === name);
    if (data === undefined) missingFiles.push(name);
    else found.push({ file: describeFile('external-data', location, data.size), blob: data });
  }
  const given = { id: makeUserId(graph), name: graph.name.replace(/\.onnx$/i, ''), files: found.map(fileOf) };
  if (manifestFile === undefined) return { ...guessContract(inspection, given), missingFiles, files: found };

  const { parseManifest } = await import('../engine/models/manifest-schema.ts');
  const manifest = takeFiles(parseManifest(await manifestFile.text()), given.files);
  checkContract(inspection, manifest);
  return { manifest, confidence: 'given', reasons: [], missingFiles, files: found };
}

function fileOf({ file }: { file: ModelFile }): ModelFile {
  return file;
}

function describeFile(role: ModelFile['role'], name: string, sizeBytes: number): ModelFile {
  return { role, name, url: null, sizeBytes, sha256: null };
}

/** Name and length tell a user's models apart: the same file again replaces itself. */
function makeUserId(graph: File): string {
  const slug = graph.name
    .toLowerCase()
    .replace(/\.onnx$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `user-${slug || 'model'}-${graph.size.toString(36)}`;
}

/** The manifest with the files at hand; a hash that it names for one of them still has to hold. */
function takeFiles(manifest: ModelManifest, files: readonly ModelFile[]): ModelManifest {
  const [variant] = manifest.variants;
  if (variant === undefined) throw new EngineError('REQUEST_INVALID', 'The manifest has no variant');
  const known = new Map(variant.files.map((file) => [file.name, file.sha256]));
  const withHashes = files.map((file) => ({ ...file, sha256: known.get(file.name) ?? null }));
  return { ...manifest, isEmbedded: false, variants: [{ ...variant, files: withHashes }] };
}
