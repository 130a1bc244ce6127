/** Numbers for people: written for one language. */
export interface Format {
  /** At most two decimals unless told. */
  number(value: number, maximumFractionDigits?: number): string;
  /** A ratio in [0, 1]. */
  percent(ratio: number): string;
  /** Of a whole, where small parts matter: 42%, 3.1%, < 0.1%. */
  share(ratio: number): string;
  /** 850 ms, 2.4 s, 1 min 5 s, 2 h 5 min. */
  duration(durationMs: number): string;
  /** In steps of 1024, so that a budget of 256 MB reads so. */
  bytes(sizeBytes: number): string;
  /** 1024 x 768 */
  size(widthPx: number, heightPx: number): string;
}

/** Symbols are the same in every language. */
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB'] as const;

export function createFormat(language: string): Format {
  const byDigits = new Map<number, Intl.NumberFormat>();
  let percents: Intl.NumberFormat | null = null;
  let shares: Intl.NumberFormat | null = null;

  function plain(value: number, maximumFractionDigits = 2): string {
    let numbers = byDigits.get(maximumFractionDigits);
    if (numbers === undefined) {
      numbers = new Intl.NumberFormat(language, { maximumFractionDigits });
      byDigits.set(maximumFractionDigits, numbers);
    }
    return numbers.format(value);
  }

  function percent(ratio: number): string {
    percents ??= new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
    return percents.format(ratio);
  }

  function pair(first: number, firstUnit: string, rest: number, restUnit: string): string {
    const whole = `${plain(first)} ${firstUnit}`;
    return rest === 0 ? whole : `${whole} ${plain(rest)} ${restUnit}`;
  }

  return {
    number: plain,
    percent,
    share(ratio) {
      if (ratio >= 0.0995) return percent(ratio);
      shares ??= new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
      return ratio < 0.001 ? `< ${shares.format(0.001)}` : shares.format(ratio);
    },
    duration: (durationMs) => {
      if (durationMs < 999.5) return `${plain(durationMs, durationMs < 10 ? 1 : 0)} ms`;
      // Rounded first: what is nearly a minute is one.
      const seconds = Math.round(durationMs / 1000);
      if (seconds < 60) return `${plain(durationMs / 1000, 1)} s`;
      const minutes = Math.round(seconds / 60);
      if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
      return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
    },
    bytes: (sizeBytes) => {
      let value = sizeBytes;
      let index = 0;
      while (value >= 1000 && index < BYTE_UNITS.length - 1) {
        value /= 1024;
        index += 1;
      }
      return `${plain(value, value < 10 && index > 0 ? 1 : 0)} ${BYTE_UNITS[index] ?? 'B'}`;
    },
    size: (widthPx, heightPx) => `${plain(widthPx)} × ${plain(heightPx)}`,
  };
}
