/** Names of saved files: the source's name, made safe everywhere, and what the file holds. */
import type { InferenceResult, MetricDepthResult } from '../engine/api.ts';
import { chooseMetricUnit } from './metric-grey.ts';

export type MapFileKind = 'colour-png' | 'grey16-png' | 'raw-npy';

/** Most file systems allow 255 bytes for a name; the suffix and a number need some. */
const MAX_STEM_BYTES = 180;
const FALLBACK_STEM = 'picture';

// Forbidden on some system: path separators, wildcards, control characters; and bidirectional controls, which can make a name look like another.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

function truncate(text: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let result = '';
  // By code point: half a surrogate pair would be written as a question mark.
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > MAX_STEM_BYTES) break;
    result += character;
  }
  return result;
}

/** `holiday/IMG 1.JPG` gives `IMG 1`. Never empty, valid on Windows, macOS and Linux; letters of any script stay. */
export function stemOf(sourceName: string): string {
  const base = sourceName.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const withoutExtension = base.replace(/(?<=.)\.[^.\s]{1,5}$/, '');
  const safe = withoutExtension.replace(UNSAFE, '_').trim();
  const stem = truncate(safe)
    .replace(/[. ]+$/, '')
    .replace(/^\.+/, '');
  if (stem === '') return FALLBACK_STEM;
  return RESERVED_ON_WINDOWS.test(stem) ? `${stem}_` : stem;
}

type NamedResult =
  | Pick<MetricDepthResult, 'kind' | 'depthM'>
  | { readonly kind: Exclude<InferenceResult['kind'], MetricDepthResult['kind']> };

function nameOfContent(result: NamedResult, kind: MapFileKind): string {
  if (result.kind !== 'metric-depth') return 'disparity';
  switch (kind) {
    case 'colour-png':
      // Drawn from the inverse, so that near is bright in every map.
      return 'inverse-depth';
    case 'grey16-png':
      return `depth-${chooseMetricUnit(result.depthM).name}`;
    case 'raw-npy':
      return 'depth-metres';
  }
}

/**
 * `photo.disparity.png`, `photo.disparity-16bit.png`, `photo.disparity.npy`; for metric depth
 * `photo.inverse-depth.png`, `photo.depth-mm-16bit.png` (the unit of one step) and `photo.depth-metres.npy`.
 */
export function mapFileName(stem: string, kind: MapFileKind, result: NamedResult): string {
  const content = nameOfContent(result, kind);
  switch (kind) {
    case 'colour-png':
      return `${stem}.${content}.png`;
    case 'grey16-png':
      return `${stem}.${content}-16bit.png`;
    case 'raw-npy':
      return `${stem}.${content}.npy`;
  }
}

export type LabelsFileKind =
  'labels-png' | 'instances-png' | 'parsing-png' | 'cutout-png' | 'rle-json' | 'faces-png' | 'faces-jpeg';

const LABELS_SUFFIXES: Readonly<Record<LabelsFileKind, string>> = {
  'labels-png': 'labels.png',
  'instances-png': 'instances.png',
  'parsing-png': 'parsing.png',
  'cutout-png': 'cutout.png',
  'rle-json': 'rle.json',
  'faces-png': 'blurred.png',
  'faces-jpeg': 'blurred.jpg',
};

/** `photo.labels.png`, `photo.instances.png`, `photo.rle.json` ... */
export function labelsFileName(stem: string, kind: LabelsFileKind): string {
  return `${stem}.${LABELS_SUFFIXES[kind]}`;
}

/** Makes stems unique within a ZIP, also where capitals do not count: `photo`, `Photo (2)`. */
export function createUniqueStems(): (stem: string) => string {
  const taken = new Set<string>();
  return (stem) => {
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? stem : `${stem} (${number})`;
      if (taken.has(candidate.toLowerCase())) continue;
      taken.add(candidate.toLowerCase());
      return candidate;
    }
  };
}
