/** Numbers for people: written for one language. */
export interface Format {
  /** At most two decimals unless told. */
  number(value: number, maximumFractionDigits?: number): string;
  /** A ratio in [0, 1]. */
  percent(ratio: number): string;
  /** 850 ms, 2.4 s, 1 min 5 s. */
  duration(durationMs: number): string;
  /** Decimal units, as storage settings of browsers use. */
  bytes(sizeBytes: number): string;
  /** 1024 x 768 */
  size(widthPx: number, heightPx: number): string;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function createFormat(language: string): Format {
  const plain = (value: number, maximumFractionDigits = 2) =>
    new Intl.NumberFormat(language, { maximumFractionDigits }).format(value);
  const unit = (value: number, name: string, maximumFractionDigits: number) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits,
    }).format(value);
  return {
    number: plain,
    percent: (ratio) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(ratio),
    duration: (durationMs) => {
      if (durationMs < 1000) return unit(durationMs, 'millisecond', durationMs < 10 ? 1 : 0);
      const seconds = durationMs / 1000;
      if (seconds < 60) return unit(seconds, 'second', 1);
      return `${unit(Math.floor(seconds / 60), 'minute', 0)} ${unit(Math.round(seconds % 60), 'second', 0)}`;
    },
    bytes: (sizeBytes) => {
      let value = sizeBytes;
      let index = 0;
      while (value >= 1000 && index < BYTE_UNITS.length - 1) {
        value /= 1000;
        index += 1;
      }
      return unit(value, BYTE_UNITS[index] ?? 'byte', value < 10 && index > 0 ? 1 : 0);
    },
    size: (widthPx, heightPx) => `${plain(widthPx)} × ${plain(heightPx)}`,
  };
}
