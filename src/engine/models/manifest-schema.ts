/**
 * Manifests from outside (a JSON that a user imports, one that an older version stored), checked field by field.
 * Load it lazily, and keep to zod's small form: what both forms share would otherwise join the app's first download.
 */
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { EngineError } from '../errors.ts';
import type { ModelManifest } from './manifest.ts';

// Without it zod probes `new Function`, which the content security policy refuses and reports.
z.config({ ...en(), jitless: true });

const name = z.string().check(z.minLength(1), z.maxLength(200));
const sidePx = z.int().check(z.minimum(1), z.maximum(8192));
const rgb = z.readonly(z.tuple([z.number(), z.number(), z.number()]));
const positive = z.number().check(z.positive());
const labels = z.readonly(z.array(name).check(z.minLength(2), z.maxLength(256)));
/** Only the web: a `javascript:` link in an imported file must not become a link in the page. */
const webUrl = z.string().check(z.regex(/^https?:\/\//, 'expected an http(s) address'));

const sizeRule = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('fixed'), widthPx: sidePx, heightPx: sidePx }),
  z.strictObject({ rule: z.literal('long-side'), multipleOf: sidePx }),
  z.strictObject({ rule: z.literal('closest-scale'), multipleOf: sidePx }),
  z.strictObject({ rule: z.literal('short-side-padded'), multipleOf: sidePx, maxLongSidePx: sidePx }),
  z.strictObject({ rule: z.literal('affine-square') }),
  z.strictObject({
    rule: z.literal('fit-centered'),
    widthPx: sidePx,
    heightPx: sidePx,
    padValue: z.number().check(z.minimum(0), z.maximum(255)),
  }),
]);

const upsample = z.strictObject({
  filter: z.enum(['bilinear', 'bicubic']),
  cubicA: z.optional(z.number()),
});

const output = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disparity'), name, upsample }),
  z.strictObject({ kind: z.literal('metric-depth'), name, focalLengthName: z.nullable(name), upsample }),
  z.strictObject({
    kind: z.literal('semantic-labels'),
    name,
    labels,
    labelSet: name,
    fallbackIndex: z.optional(z.int().check(z.nonnegative())),
  }),
  z.strictObject({
    kind: z.literal('mask2former'),
    logitsName: name,
    masksName: name,
    labels,
    labelSet: name,
    humanClass: z.nullable(z.int().check(z.nonnegative())),
    scoreThreshold: z.number().check(z.minimum(0), z.maximum(1)),
  }),
]);

const detail = z
  .strictObject({
    defaultPx: sidePx,
    minPx: sidePx,
    maxPx: sidePx,
    stepPx: z.int().check(z.minimum(0), z.maximum(512)),
  })
  .check(
    z.refine((range) => range.minPx <= range.defaultPx && range.defaultPx <= range.maxPx, {
      message: 'expected minPx <= defaultPx <= maxPx',
    }),
  );

const input = z.strictObject({
  name,
  layout: z.literal('NCHW'),
  channelOrder: z.enum(['RGB', 'BGR']),
  scale: positive,
  mean: z.nullable(rgb),
  std: z.nullable(z.readonly(z.tuple([positive, positive, positive]))),
  size: sizeRule,
  detail,
  resize: z.strictObject({
    filter: z.enum(['bilinear', 'bicubic']),
    cubicA: z.optional(z.number()),
    antialias: z.boolean(),
    precision: z.enum(['u8', 'float']),
  }),
});

const file = z.strictObject({
  role: z.enum(['graph', 'external-data']),
  // A file name only: it becomes a name in storage, and what the graph refers to.
  name: name.check(z.regex(/^[^/\\]+$/, 'expected a file name without folders')),
  url: z.nullable(
    z
      .string()
      .check(
        z.regex(/^(\{hub\}\/|https?:\/\/)/, 'expected an address that begins with {hub}/ or http(s)://'),
      ),
  ),
  sizeBytes: z.int().check(z.nonnegative()),
  isSizeApproximate: z.optional(z.boolean()),
  sha256: z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'))),
  mirrorPath: z.optional(z.string()),
});

const variant = z.strictObject({
  id: name,
  weights: z.enum(['fp32', 'fp16', 'int8', 'uint8', 'q4', 'q4f16']),
  needsShaderF16: z.boolean(),
  files: z.readonly(
    z.array(file).check(
      z.minLength(1),
      z.refine((files) => files.filter((entry) => entry.role === 'graph').length === 1, {
        message: 'expected exactly one file with the role "graph"',
      }),
    ),
  ),
  memoryBytes: z.number().check(z.nonnegative()),
  skipsGraphOptimization: z.optional(z.boolean()),
});

const manifest = z.strictObject({
  schemaVersion: z.literal(1),
  id: name.check(z.regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower-case letters, digits, ".", "_" and "-"')),
  revision: name,
  name,
  task: z.enum(['depth', 'parsing']),
  isEmbedded: z.boolean(),
  summary: z.string().check(z.maxLength(1000)),
  sourceUrl: z.nullable(webUrl),
  downloadPageUrl: z.optional(webUrl),
  qualityLevel: z.optional(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])),
  licence: z.strictObject({
    name,
    url: z.nullable(webUrl),
    isNonCommercial: z.boolean(),
    note: z.nullable(z.string().check(z.maxLength(2000))),
  }),
  variants: z.readonly(z.array(variant).check(z.minLength(1))),
  input,
  output,
  tolerance: z.strictObject({
    wasm: positive,
    gpu: positive,
    correlation: z.optional(z.number().check(z.gte(0), z.lte(1))),
  }),
  selfTest: z.optional(z.strictObject({ url: z.string(), widthPx: sidePx, heightPx: sidePx })),
}) satisfies z.ZodMiniType<ModelManifest>;

/** Parses a manifest's JSON text. Throws REQUEST_INVALID whose message names the first wrong fields. */
export function parseManifest(text: string): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('REQUEST_INVALID', 'The manifest is no JSON', { cause, details: { path: '' } });
  }
  return checkManifest(json);
}

/** Checks parsed JSON. Throws REQUEST_INVALID; `details.path` is the first wrong field, empty where all of it is wrong. */
export function checkManifest(json: unknown): ModelManifest {
  const result = manifest.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3);
  const text = issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`).join('; ');
  throw new EngineError('REQUEST_INVALID', `The manifest is not valid: ${text}`, {
    details: { path: issues[0]?.path.join('.') ?? '' },
  });
}

/** The JSON that a user keeps or shares: what {@link parseManifest} reads. */
export function formatManifest(value: ModelManifest): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
