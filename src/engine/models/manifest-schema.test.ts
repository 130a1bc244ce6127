import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { DEPTH_PRO } from './depth-pro.ts';
import { formatManifest, parseManifest } from './manifest-schema.ts';

function change(edit: (manifest: Record<string, unknown>) => void): string {
  const copy = JSON.parse(formatManifest(DEPTH_PRO)) as Record<string, unknown>;
  edit(copy);
  return JSON.stringify(copy);
}

describe('parseManifest', () => {
  it('reads back what formatManifest wrote', () => {
    expect(parseManifest(formatManifest(DEPTH_PRO))).toEqual(DEPTH_PRO);
  });

  it('accepts every manifest of the catalogue: type and schema have the same fields', () => {
    for (const manifest of CATALOGUE.filter(({ isEmbedded }) => !isEmbedded)) {
      expect(parseManifest(formatManifest(manifest)), manifest.id).toEqual(manifest);
    }
  });

  it('says that a text is no JSON', () => {
    expect(() => parseManifest('{"id":')).toThrow(/no JSON/);
  });

  it.each<[string, (manifest: Record<string, unknown>) => void, string]>([
    ['a missing field', (manifest) => delete manifest.input, 'input'],
    [
      'a wrong layout',
      (manifest) => Object.assign(manifest.input as object, { layout: 'NHWC' }),
      'input.layout',
    ],
    ['an unknown field', (manifest) => Object.assign(manifest, { extra: 1 }), ''],
    [
      'a link that is a script',
      (manifest) => Object.assign(manifest, { sourceUrl: 'javascript:1' }),
      'sourceUrl',
    ],
    ['a future version', (manifest) => Object.assign(manifest, { schemaVersion: 2 }), 'schemaVersion'],
    ['an id with a path', (manifest) => Object.assign(manifest, { id: '../other' }), 'id'],
    ['no variant', (manifest) => Object.assign(manifest, { variants: [] }), 'variants'],
    ['std of zero', (manifest) => Object.assign(manifest.input as object, { std: [0, 1, 1] }), 'input.std.0'],
  ])('refuses %s and names the field', (_, edit, path) => {
    expect(() => parseManifest(change(edit))).toThrow(
      expect.objectContaining({
        code: 'REQUEST_INVALID',
        details: expect.objectContaining({ path }) as object,
      }) as Error,
    );
  });
});
