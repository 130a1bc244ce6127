/**
 * Manifests from outside (a JSON that a user imports, one that an older version stored), checked field by field.
 * Load it lazily: zod is not part of the app's first download.
 */
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import type { ModelManifest } from './manifest.ts';

// Without it zod probes `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

const name = z.string().min(1).max(200);
const sidePx = z.number().int().min(1).max(8192);
const rgb = z.tuple([z.number(), z.number(), z.number()]).readonly();
const positive = z.number().positive();
const labels = z.array(name).min(2).max(256).readonly();
/** Only the web: a `javascript:` link in an imported file must not become a link in the page. */
const webUrl = z.string().regex(/^https?:\/\//, 'expected an http(s) address');

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
    padValue: z.number().min(0).max(255),
  }),
]);

const upsample = z.strictObject({ filter: z.enum(['bilinear', 'bicubic']), cubicA: z.number().optional() });

const output = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disparity'), name, upsample }),
  z.strictObject({ kind: z.literal('metric-depth'), name, focalLengthName: name.nullable(), upsample }),
  z.strictObject({
    kind: z.literal('semantic-labels'),
    name,
    labels,
    labelSet: name,
    fallbackIndex: z.number().int().nonnegative().optional(),
  }),
  z.strictObject({
    kind: z.literal('mask2former'),
    logitsName: name,
    masksName: name,
    labels,
    labelSet: name,
    humanClass: z.number().int().nonnegative().nullable(),
    scoreThreshold: z.number().min(0).max(1),
  }),
]);

const detail = z
  .strictObject({ defaultPx: sidePx, minPx: sidePx, maxPx: sidePx, stepPx: z.number().int().min(0).max(512) })
  .refine((range) => range.minPx <= range.defaultPx && range.defaultPx <= range.maxPx, {
    message: 'expected minPx <= defaultPx <= maxPx',
  });

const input = z.strictObject({
  name,
  layout: z.literal('NCHW'),
  channelOrder: z.enum(['RGB', 'BGR']),
  scale: positive,
  mean: rgb.nullable(),
  std: z.tuple([positive, positive, positive]).readonly().nullable(),
  size: sizeRule,
  detail,
  resize: z.strictObject({
    filter: z.enum(['bilinear', 'bicubic']),
    cubicA: z.number().optional(),
    antialias: z.boolean(),
    precision: z.enum(['u8', 'float']),
  }),
});

const file = z.strictObject({
  role: z.enum(['graph', 'external-data']),
  // A file name only: it becomes a name in storage, and what the graph refers to.
  name: name.regex(/^[^/\\]+$/, 'expected a file name without folders'),
  url: z
    .string()
    .regex(/^(\{hub\}\/|https?:\/\/)/, 'expected an address that begins with {hub}/ or http(s)://')
    .nullable(),
  sizeBytes: z.number().int().nonnegative(),
  isSizeApproximate: z.boolean().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits')
    .nullable(),
  mirrorPath: z.string().optional(),
});

const variant = z.strictObject({
  id: name,
  weights: z.enum(['fp32', 'fp16', 'int8', 'uint8', 'q4', 'q4f16']),
  needsShaderF16: z.boolean(),
  files: z
    .array(file)
    .min(1)
    .refine((files) => files.filter((entry) => entry.role === 'graph').length === 1, {
      message: 'expected exactly one file with the role "graph"',
    })
    .readonly(),
  memoryBytes: z.number().nonnegative(),
});

const manifest = z.strictObject({
  schemaVersion: z.literal(1),
  id: name.regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower-case letters, digits, ".", "_" and "-"'),
  revision: name,
  name,
  task: z.enum(['depth', 'parsing']),
  isEmbedded: z.boolean(),
  summary: z.string().max(1000),
  sourceUrl: webUrl.nullable(),
  downloadPageUrl: webUrl.optional(),
  qualityLevel: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]).optional(),
  licence: z.strictObject({
    name,
    url: webUrl.nullable(),
    isNonCommercial: z.boolean(),
    note: z.string().max(2000).nullable(),
  }),
  variants: z.array(variant).min(1).readonly(),
  input,
  output,
  tolerance: z.strictObject({ wasm: positive, gpu: positive }),
  selfTest: z.strictObject({ url: z.string(), widthPx: sidePx, heightPx: sidePx }).optional(),
}) satisfies z.ZodType<ModelManifest>;

/** Parses a manifest's JSON text. Throws REQUEST_INVALID whose message names the first wrong fields. */
export function parseManifest(text: string): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('REQUEST_INVALID', 'The manifest is no JSON', { cause });
  }
  return checkManifest(json);
}

/** Checks parsed JSON. Throws REQUEST_INVALID; `details.path` is the first wrong field. */
export function checkManifest(json: unknown): ModelManifest {
  const result = manifest.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3);
  const text = issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`).join('; ');
  throw new EngineError('REQUEST_INVALID', `The manifest is not valid: ${text}`, {
    details: { path: issues[0]?.path.join('.') ?? '', problem: issues[0]?.message ?? '' },
  });
}

/** The JSON that a user keeps or shares: what {@link parseManifest} reads. */
export function formatManifest(value: ModelManifest): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
