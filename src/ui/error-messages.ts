/** The one place that turns error codes into sentences. */
import type { i18n } from 'i18next';
import type { WireError } from '../engine/errors.ts';
import { createFormat } from './hooks/format.ts';

/** Formats that are named, with advice. */
const NAMED_FORMATS = ['heic', 'tiff', 'raw', 'svg', 'jxl', 'psd', 'pdf', 'video'] as const;
type NamedFormat = (typeof NAMED_FORMATS)[number];

/** HEIF is HEIC in other clothes; cameras have a raw format each. */
const FORMAT_ALIASES: Readonly<Record<string, NamedFormat>> = {
  heif: 'heic',
  tif: 'tiff',
  dng: 'raw',
  cr2: 'raw',
  cr3: 'raw',
  nef: 'raw',
  arw: 'raw',
  mp4: 'video',
  webm: 'video',
};

export function toNamedFormat(format: unknown): NamedFormat | null {
  const name = String(format).toLowerCase();
  return NAMED_FORMATS.find((known) => known === name) ?? FORMAT_ALIASES[name] ?? null;
}

/** One sentence or two: what happened, and what to do. */
export function describeError(error: Pick<WireError, 'code' | 'details'>, i18n: i18n): string {
  const { code, details } = error;
  const t = i18n.getFixedT(i18n.language, 'errors');
  const format = createFormat(i18n.language);
  const readNumber = (key: string): number | null => {
    const value = details[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  switch (code) {
    case 'IMAGE_UNSUPPORTED_FORMAT': {
      const named = toNamedFormat(details.format);
      if (named !== null) return t(`format.${named}`);
      return t('IMAGE_UNSUPPORTED_FORMAT');
    }
    case 'IMAGE_TOO_LARGE': {
      const widthPx = readNumber('widthPx');
      const heightPx = readNumber('heightPx');
      const maxPixels = readNumber('maxPixels');
      if (widthPx === null || heightPx === null || maxPixels === null) return t('IMAGE_TOO_LARGE');
      return t('imageTooLargeSized', {
        size: format.size(widthPx, heightPx),
        megapixels: format.number(maxPixels / 1e6, 0),
      });
    }
    case 'TASK_TIMEOUT': {
      const timeoutMs = readNumber('timeoutMs');
      return timeoutMs === null
        ? t('TASK_TIMEOUT')
        : t('taskTimeoutAfter', { time: format.duration(timeoutMs) });
    }
    case 'QUEUE_FULL': {
      const limit = readNumber('limit');
      return limit === null ? t('QUEUE_FULL') : t('queueFullAt', { limit: format.number(limit) });
    }
    case 'MODEL_FETCH_FAILED': {
      const status = readNumber('status');
      return status === null
        ? t('MODEL_FETCH_FAILED')
        : t('modelFetchFailedWith', { status: String(status) });
    }
    case 'MODEL_CONTRACT_MISMATCH': {
      const { found, expected } = details;
      return found === undefined || expected === undefined
        ? t('MODEL_CONTRACT_MISMATCH')
        : t('modelContractFound', { found: String(found), expected: String(expected) });
    }
    case 'MODEL_OUTPUT_INVALID':
      return details.reason === 'not-finite' && details.output !== undefined
        ? t('modelOutputNotFinite', { output: String(details.output) })
        : t('MODEL_OUTPUT_INVALID');
    case 'EXECUTION_PROVIDER_FAILED':
      return details.reason === 'wasm-wrong'
        ? t('wasmWrong', { model: String(details.name) })
        : t('EXECUTION_PROVIDER_FAILED');
    case 'WORKER_CRASHED':
      return t(details.work === 'file' ? 'fileWorkerCrashed' : 'WORKER_CRASHED');
    default:
      return t(code);
  }
}
