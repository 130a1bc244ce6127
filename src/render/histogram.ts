/** Ranges and ranks of a map through a histogram: one pass or two over the values, never a sort. Values that are not finite are left out. */

/** 2048 bins keep a percentile within 0.05 % of the span. */
const BIN_COUNT = 2048;
/** A span of fewer bins than this between the low and high percentile means that outliers stretch the histogram. */
const MIN_USED_BINS = 256;
const MAX_REFINEMENTS = 4;
/** The percentiles of the automatic range. */
const AUTO_LOW = 0.02;
const AUTO_HIGH = 0.98;

/** Counts of the values between `lo` and `hi`; what lies outside (outliers) is only counted. */
export interface ValueHistogram {
  /** Of all finite values; both 0 when there are none. */
  readonly min: number;
  readonly max: number;
  readonly finiteCount: number;
  readonly lo: number;
  readonly hi: number;
  readonly counts: Uint32Array;
  readonly belowCount: number;
  readonly aboveCount: number;
}

export interface ValueRange {
  readonly lo: number;
  readonly hi: number;
}

function countBetween(values: Float32Array, lo: number, hi: number) {
  const counts = new Uint32Array(BIN_COUNT);
  const perUnit = hi > lo ? BIN_COUNT / (hi - lo) : 0;
  let belowCount = 0;
  let aboveCount = 0;
  for (const value of values) {
    if (value >= lo && value <= hi) {
      const bin = Math.min(BIN_COUNT - 1, Math.floor((value - lo) * perUnit));
      counts[bin] = (counts[bin] ?? 0) + 1;
    } else if (value < lo && value !== -Infinity) belowCount++;
    else if (value > hi && value !== Infinity) aboveCount++;
  }
  return { lo, hi, counts, belowCount, aboveCount };
}

/** First bin at which `rank` values (outliers below included) are reached. */
function findBin(histogram: Pick<ValueHistogram, 'counts' | 'belowCount'>, rank: number): number {
  let seen = histogram.belowCount;
  for (let bin = 0; bin < BIN_COUNT; bin++) {
    seen += histogram.counts[bin] ?? 0;
    if (seen >= rank) return bin;
  }
  return BIN_COUNT - 1;
}

/** Counts a map's values. Far outliers do not cost resolution: the histogram is counted again around the bulk. */
export function computeHistogram(values: Float32Array): ValueHistogram {
  let min = Infinity;
  let max = -Infinity;
  let finiteCount = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    finiteCount++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (finiteCount === 0) {
    const counts = new Uint32Array(BIN_COUNT);
    return { min: 0, max: 0, finiteCount, lo: 0, hi: 0, counts, belowCount: 0, aboveCount: 0 };
  }
  let counted = countBetween(values, min, max);
  for (let round = 0; round < MAX_REFINEMENTS; round++) {
    const first = findBin(counted, finiteCount * AUTO_LOW);
    const last = findBin(counted, finiteCount * AUTO_HIGH);
    const binWidth = (counted.hi - counted.lo) / BIN_COUNT;
    const lo = counted.lo + first * binWidth;
    const hi = counted.lo + (last + 1) * binWidth;
    // Below the precision of the values there is nothing left to see.
    if (last - first >= MIN_USED_BINS || !(lo < hi) || Math.fround(lo) === Math.fround(hi)) break;
    counted = countBetween(values, lo, hi);
  }
  return { min, max, finiteCount, ...counted };
}

/** Value below which the share `q` (0..1) of the values lies, linear within a bin. */
export function percentileOf(histogram: ValueHistogram, q: number): number {
  const { min, max, lo, hi, counts, belowCount, finiteCount } = histogram;
  const rank = q * finiteCount;
  if (rank <= 0) return min;
  if (rank >= finiteCount) return max;
  if (rank < belowCount) return min + (lo - min) * (rank / belowCount);
  const binWidth = (hi - lo) / BIN_COUNT;
  let seen = belowCount;
  for (let bin = 0; bin < BIN_COUNT; bin++) {
    const count = counts[bin] ?? 0;
    if (count > 0 && seen + count >= rank) return lo + (bin + (rank - seen) / count) * binWidth;
    seen += count;
  }
  return hi + (max - hi) * ((rank - seen) / Math.max(1, finiteCount - seen));
}

/** Share (0..1) of the values that are smaller: "nearer than 83 % of the picture". Linear within a bin; 0.5 in a constant map. */
export function rankOf(histogram: ValueHistogram, value: number): number {
  const { min, max, lo, hi, counts, belowCount, aboveCount, finiteCount } = histogram;
  if (finiteCount === 0 || !Number.isFinite(value)) return 0;
  if (min === max) return value < min ? 0 : value > max ? 1 : 0.5;
  if (value < lo) return value <= min ? 0 : (belowCount / finiteCount) * ((value - min) / (lo - min));
  if (value > hi) {
    return value >= max ? 1 : 1 - (aboveCount / finiteCount) * ((max - value) / (max - hi));
  }
  const position = hi > lo ? ((value - lo) / (hi - lo)) * BIN_COUNT : 0;
  const bin = Math.min(BIN_COUNT - 1, Math.floor(position));
  let seen = belowCount;
  for (let i = 0; i < bin; i++) seen += counts[i] ?? 0;
  return (seen + (counts[bin] ?? 0) * Math.min(1, position - bin)) / finiteCount;
}

/** Range of the colours: `auto` = 2nd to 98th percentile (min to max where those meet), `full` = min to max. lo = hi only for a constant map. */
export function rangeOf(histogram: ValueHistogram, mode: 'auto' | 'full'): ValueRange {
  if (mode === 'auto') {
    const lo = percentileOf(histogram, AUTO_LOW);
    const hi = percentileOf(histogram, AUTO_HIGH);
    // Percentiles that meet (a map that is almost constant) would blow up noise to full colour.
    if (hi - lo > 1e-6 * Math.max(Math.abs(lo), Math.abs(hi))) return { lo, hi };
  }
  return { lo: histogram.min, hi: histogram.max };
}

/** {@link rangeOf} in one call, for those who need no histogram. */
export function computeRange(values: Float32Array, mode: 'auto' | 'full'): ValueRange {
  return rangeOf(computeHistogram(values), mode);
}

/**
 * Counts in `binCount` equal bins from the least value to the greatest, for the range histogram. Where `histogram` was not
 * narrowed to the bulk and its bins are a multiple, they are gathered; else the values are counted again.
 */
export function computeDisplayBins(
  values: Float32Array,
  histogram: ValueHistogram,
  binCount: number,
): Uint32Array {
  const { min, max, lo, hi, counts } = histogram;
  const bins = new Uint32Array(binCount);
  if (lo === min && hi === max && BIN_COUNT % binCount === 0) {
    counts.forEach((count, bin) => (bins[Math.floor((bin * binCount) / BIN_COUNT)]! += count));
    return bins;
  }
  const span = max - min;
  for (const value of values) {
    if (!(value >= min && value <= max)) continue;
    const bin = span > 0 ? Math.min(binCount - 1, Math.floor(((value - min) / span) * binCount)) : 0;
    bins[bin]! += 1;
  }
  return bins;
}
