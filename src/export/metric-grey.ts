/** Metric depth as 16-bit grey: value x unit = metres, the unit named in the file and in its name. Pure. */
import type { MetricDepthResult } from '../engine/api.ts';
import type { ColorSettings } from '../render/renderer.ts';

export interface MetricUnit {
  readonly name: 'mm' | 'cm' | 'dm' | 'm';
  readonly metresPerStep: number;
}

const UNITS: readonly MetricUnit[] = [
  { name: 'mm', metresPerStep: 0.001 },
  { name: 'cm', metresPerStep: 0.01 },
  { name: 'dm', metresPerStep: 0.1 },
  { name: 'm', metresPerStep: 1 },
];
const MAX_STEP = 65_535;

/** Enough of a map to know its middle. */
const MAX_SAMPLES = 65_536;

/**
 * The finest unit that holds the middle (median) distance: millimetres up to 65 m, then cm, dm, m. Not the farthest one:
 * a sky at ten kilometres would leave a person at two metres no decimals. What does not fit is written as 65535.
 */
export function chooseMetricUnit(depthM: Float32Array): MetricUnit {
  const stride = Math.max(1, Math.ceil(depthM.length / MAX_SAMPLES));
  const samples: number[] = [];
  for (let i = 0; i < depthM.length; i += stride) if (depthM[i]! > 0) samples.push(depthM[i]!);
  const sorted = Float32Array.from(samples).sort();
  const middleM = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return UNITS.find(({ metresPerStep }) => middleM / metresPerStep <= MAX_STEP) ?? UNITS.at(-1)!;
}

/** What a reader of the file needs to know, as PNG text. */
export function describeMetricUnit({ metresPerStep }: MetricUnit): Readonly<Record<string, string>> {
  return {
    Description: `Depth in metres = grey value x ${metresPerStep}. Larger is farther; 65535 means so far or farther.`,
    'Metres per step': String(metresPerStep),
  };
}

/**
 * Renderers give a share of a range of inverse depth in 16 bits, which is coarse where it is far: the far end is read
 * again, this much finer, and so on. A tenth of a per cent is then the worst.
 */
const FINER = 64;
/** 64 ** 4: the farthest may be 16 million times as far as the nearest. */
const MAX_READS = 5;

export interface MetricReader {
  /** `read` gives the renderer's 16-bit grey for a range of inverse depth. */
  toSteps(
    read: (color: ColorSettings) => Uint16Array<ArrayBuffer>,
    followEdges: boolean,
  ): Uint16Array<ArrayBuffer>;
}

export function createMetricReader(
  { depthM }: Pick<MetricDepthResult, 'depthM'>,
  { metresPerStep }: MetricUnit,
): MetricReader {
  let lo = Infinity;
  let hi = -Infinity;
  for (const value of depthM) {
    const inverse = value > 0 ? 1 / value : NaN;
    if (inverse < lo) lo = inverse;
    if (inverse > hi) hi = inverse;
  }
  const span = hi > lo ? hi - lo : 0;
  const isEmpty = !Number.isFinite(lo);

  const toStep = (inverse: number): number =>
    Math.min(MAX_STEP, Math.max(1, Math.round(1 / (inverse * metresPerStep))));

  return {
    toSteps(read, followEdges) {
      const color = (to: number): ColorSettings => ({
        colormap: 'grey',
        invert: false,
        range: { lo, hi: to },
        gamma: 1,
        followEdges,
      });
      const coarse = read(color(isEmpty ? lo : hi));
      if (isEmpty) return coarse.fill(0);
      if (span === 0) return coarse.fill(toStep(lo));
      const limit = MAX_STEP / FINER;
      const inverses = new Float64Array(coarse.length);
      for (let i = 0; i < coarse.length; i++) inverses[i] = lo + (span * coarse[i]!) / MAX_STEP;
      let current = coarse;
      for (let reads = 1, part = span; reads < MAX_READS && current.some((t) => t < limit); reads++) {
        part /= FINER;
        const finer = read(color(lo + part));
        for (let i = 0; i < finer.length; i++) {
          if (current[i]! < limit) inverses[i] = lo + (part * finer[i]!) / MAX_STEP;
          else finer[i] = MAX_STEP;
        }
        current = finer;
      }
      const steps = new Uint16Array(inverses.length);
      for (let i = 0; i < steps.length; i++) steps[i] = toStep(inverses[i]!);
      return steps;
    },
  };
}
