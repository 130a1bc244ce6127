import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { Hub } from '../engine/models/hubs.ts';
import type { ModelFile } from '../engine/models/manifest.ts';
import type { ModelStatus } from './model-library.types.ts';
import { makeCatalogueImport, makeDownloadRequest, makeUserImport } from './model-requests.ts';

const HUB: Hub = { label: 'Mirror', baseUrl: 'https://mirror.example', isMirror: true, connectSources: [] };
const [VARIANT] = DEPTH_ANYTHING_V2_SMALL.variants;
const AVAILABLE: ModelStatus = { state: 'available', source: 'hub' };
const TOO_LARGE: ModelStatus = {
  state: 'blocked',
  reason: { code: 'memory', neededBytes: 2, budgetBytes: 1 },
};
const GRAPH: ModelFile = { role: 'graph', name: 'my.onnx', url: null, sizeBytes: 0, sha256: null };
const DATA: ModelFile = { ...GRAPH, role: 'external-data', name: 'my.onnx_data' };

function entry(status: ModelStatus, files: readonly ModelFile[] = VARIANT!.files) {
  return { manifest: DEPTH_ANYTHING_V2_SMALL, variant: { ...VARIANT!, files }, status };
}

describe('a download', () => {
  it('names every file’s address at the chosen hub', () => {
    const request = makeDownloadRequest(entry(AVAILABLE), HUB);
    expect(request).toMatchObject({
      key: {
        modelId: DEPTH_ANYTHING_V2_SMALL.id,
        revision: DEPTH_ANYTHING_V2_SMALL.revision,
        variant: VARIANT!.id,
      },
      hubBaseUrl: HUB.baseUrl,
      isMirror: true,
    });
    expect(request.files.map(({ url }) => new URL(url).host)).toEqual(
      VARIANT!.files.map(() => 'mirror.example'),
    );
  });

  it('is refused where it is blocked; too little memory may be ignored, a licence not', () => {
    expect(() => makeDownloadRequest(entry(TOO_LARGE), HUB)).toThrow('blocked: memory');
    expect(makeDownloadRequest(entry(TOO_LARGE), HUB, { ignoreMemory: true }).files).toHaveLength(
      VARIANT!.files.length,
    );
    const licence: ModelStatus = { state: 'blocked', reason: { code: 'licence' } };
    expect(() => makeDownloadRequest(entry(licence), HUB, { ignoreMemory: true })).toThrow(
      'blocked: licence',
    );
  });

  it('is refused where the user must bring the file', () => {
    expect(() => makeDownloadRequest(entry(AVAILABLE, [GRAPH]), HUB)).toThrow(
      'my.onnx has no address at Mirror',
    );
  });
});

describe('files that the user brings', () => {
  const blob = new Blob(['12345']);

  it('take the place of a catalogue model’s, with its hash and their own length', () => {
    const listed = { ...GRAPH, name: 'model.onnx', sha256: 'ab' };
    const inspected = { files: [{ file: GRAPH, blob }], missingFiles: [] };
    expect(makeCatalogueImport(entry(AVAILABLE, [listed]), inspected)).toMatchObject({
      isUserModel: false,
      files: [{ file: { name: 'model.onnx', sha256: 'ab', sizeBytes: 5 } }],
    });
  });

  it('are refused as long as one of them is missing', () => {
    const inspected = { files: [{ file: GRAPH, blob }], missingFiles: ['my.onnx_data'] };
    expect(() => makeCatalogueImport(entry(AVAILABLE), inspected)).toThrow('my.onnx_data is missing');
  });

  it('are the files of the manifest that is kept, whatever its form said', () => {
    const files = [GRAPH, DATA].map((file) => ({ file, blob }));
    const { manifest, isUserModel } = makeUserImport({ manifest: DEPTH_ANYTHING_V2_SMALL, files });
    expect(isUserModel).toBe(true);
    expect(manifest.variants.map((variant) => variant.files)).toEqual([[GRAPH, DATA]]);
    const none = { ...DEPTH_ANYTHING_V2_SMALL, variants: [] };
    expect(() => makeUserImport({ manifest: none, files })).toThrow('no variant');
  });
});
