/** Words for the states of a model's card. Pure. */
import type { TFunction } from 'i18next';
import type { LibrarySnapshot, ModelStatus } from '../../../client/model-library.types.ts';
import type { WireError } from '../../../engine/errors.ts';
import type { Format } from '../../hooks/format.ts';

type ModelText = TFunction<'models'>;

/** Enough of a hash to compare by eye. */
const SHOWN_HASH_LENGTH = 8;

/** Progress is drawn for these. */
export type MovingStatus = Extract<ModelStatus, { state: 'downloading' | 'paused' | 'verifying' }>;

/** The state in two or three words. */
export function describeState(status: ModelStatus, t: ModelText, format: Format): string {
  switch (status.state) {
    case 'available':
      return status.source === 'hub' ? t('state.available') : t('state.bringFile');
    case 'downloading':
      switch (status.phase) {
        case 'connecting':
          return t('state.connecting');
        case 'hashing':
          return t('state.hashing');
        case 'other-tab':
          return t('state.otherTab');
        case 'waiting':
          return t('state.waiting', { time: format.duration(status.retryInMs ?? 0) });
        case 'receiving':
          return t('state.downloading');
      }
      break;
    case 'paused':
      switch (status.reason) {
        case 'interrupted':
          return t('state.pausedInterrupted');
        case 'offline':
          return t('state.pausedOffline');
        case 'storage-full':
          return t('state.pausedFull');
        case 'user':
          return t('state.paused');
      }
      break;
    default:
      return t(`state.${status.state}`);
  }
}

/** `12 MB of 99 MB · 4.1 MB/s · 21 s left` */
export function describeProgress(status: MovingStatus, t: ModelText, format: Format): string {
  if (status.state === 'verifying') return format.percent(status.fraction);
  const received = format.bytes(status.receivedBytes);
  const parts: string[] = [
    status.totalBytes > 0
      ? t('progress', { received, total: format.bytes(status.totalBytes) })
      : t('progressOpen', { received }),
  ];
  // Nothing moves while the next attempt is waited for.
  if (status.state === 'downloading' && status.phase !== 'waiting') {
    if (status.bytesPerSecond !== null) {
      parts.push(t('perSecond', { value: format.bytes(status.bytesPerSecond) }));
    }
    if (status.secondsLeft !== null) {
      parts.push(t('timeLeft', { time: format.duration(Math.ceil(status.secondsLeft) * 1000) }));
    }
  }
  return parts.join(' · ');
}

/** In [0, 1]; null: not known. */
export function progressFraction(status: MovingStatus): number | null {
  if (status.state === 'verifying') return status.fraction;
  return status.totalBytes > 0 ? Math.min(1, status.receivedBytes / status.totalBytes) : null;
}

/** Enough to choose from. */
const SHOWN_ROOM_MAKERS = 3;

/** What takes the most space and may go, largest first: `MiDaS small (64 MB), results (3 MB)`; empty: nothing may. */
export function describeRoomMakers(
  snapshot: Pick<LibrarySnapshot, 'models' | 'usage'>,
  resultsBytes: number,
  t: ModelText,
  format: Format,
): string {
  const models = snapshot.models.map(({ manifest, status }) => {
    const isWanted = status.state === 'failed' || (status.state === 'paused' && status.reason !== 'user');
    const stored = snapshot.usage?.models.filter(({ key }) => key.modelId === manifest.id) ?? [];
    return {
      name: manifest.name,
      sizeBytes: isWanted ? 0 : stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  });
  return [...models, { name: t('storage.results'), sizeBytes: resultsBytes }]
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .sort((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, SHOWN_ROOM_MAKERS)
    .map(({ name, sizeBytes }) => t('storage.roomMaker', { name, size: format.bytes(sizeBytes) }))
    .join(t('storage.separator'));
}

/** What went wrong and what to do; null: the app's general sentence for the code says it. */
export function describeModelError(
  error: Pick<WireError, 'code' | 'details'>,
  t: ModelText,
  format: Format,
): string | null {
  const { code, details } = error;
  const reason = String(details.reason ?? '');
  switch (code) {
    case 'MODEL_INVALID':
      switch (reason) {
        case 'no-graph-file':
        case 'many-graphs':
        case 'truncated':
        case 'html':
        case 'lfs-pointer':
          return t(`error.${reason}`);
        case 'external-data-missing':
          return t('error.external-data-missing', { missing: String(details.missing) });
        case 'opset-too-new':
          return t('error.opset', { opset: String(details.opset), maxOpset: String(details.maxOpset) });
        case 'unknown-operator':
          return t('error.operator', { operator: String(details.operator) });
        default:
          return t('error.notOnnx');
      }
    case 'MODEL_FETCH_FAILED':
      switch (reason) {
        case 'html':
        case 'lfs-pointer':
        case 'network':
        case 'no-model':
          return t(`error.${reason}`);
        case 'wrong-length':
          return t('error.length');
        case 'cut':
        case 'stalled':
          return t('error.cut');
        case 'status':
          return t('error.status', { status: String(details.status) });
        default:
          return null;
      }
    case 'MODEL_CHECKSUM_MISMATCH':
      if (details.reason !== 'chosen-file') return t('error.checksum');
      return t('error.checksumChosen', {
        actual: String(details.actual).slice(0, SHOWN_HASH_LENGTH),
        expected: String(details.expected).slice(0, SHOWN_HASH_LENGTH),
      });
    case 'MODEL_CONTRACT_MISMATCH':
      return t('error.contract', { found: String(details.found), expected: String(details.expected) });
    case 'REQUEST_INVALID':
      if (details.path === undefined) return null;
      return details.path === ''
        ? t('error.manifestWhole')
        : t('error.manifest', { path: String(details.path) });
    case 'STORAGE_FULL': {
      if (typeof details.neededBytes !== 'number') return null;
      const needed = format.bytes(details.neededBytes);
      if (details.keepsOld === true) return t('error.fullBeside', { needed });
      return typeof details.freeBytes === 'number'
        ? t('error.fullBefore', { needed, free: format.bytes(details.freeBytes) })
        : t('error.full', { needed });
    }
    default:
      return null;
  }
}
