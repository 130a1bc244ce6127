import { useTranslation } from 'react-i18next';
import { STAGES } from '../../../engine/api.ts';
import { useFormat } from '../../hooks/useFormat.ts';
import type { DeviceRow } from '../../stores/device-report-store.ts';
import { findPeak, sumPhotoMs } from './device-report.ts';

const PEAKS = ['page', 'wasm', 'about'] as const;

/** One line per model; wide, so it scrolls within itself on a phone. */
export function ResultsTable({ rows }: { readonly rows: readonly DeviceRow[] }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  return (
    // Focusable, so that the keyboard can scroll it.
    <div className="device-scroll" tabIndex={0} role="region" aria-label={t('device.table')}>
      <table className="device-table" data-testid="device-table">
        <thead>
          <tr>
            <th scope="col">{t('device.model')}</th>
            <th scope="col">{t('device.backend')}</th>
            {STAGES.map((stage) => (
              <th key={stage} scope="col">
                {t(`device.${stage}`)}
              </th>
            ))}
            <th scope="col">{t('device.total')}</th>
            <th scope="col">{t('device.rateOne')}</th>
            <th scope="col">{t('device.rateN')}</th>
            <th scope="col">{t('device.heap')}</th>
            <th scope="col">{t('device.peak')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.modelId} data-model={row.modelId}>
              <th scope="row">
                {row.name} <span className="muted">{row.variant}</span>
              </th>
              <td>
                {row.executionProvider === 'webgpu' ? 'WebGPU' : 'WASM'} × {row.threads}
              </td>
              {STAGES.map((stage) => (
                <td key={stage}>{format.duration(row.stages[stage])}</td>
              ))}
              <td>{format.duration(sumPhotoMs(row))}</td>
              <td>{format.number(row.rateOne)}</td>
              <td>
                {format.number(row.rateMany)} <span className="muted">× {row.workers}</span>
              </td>
              <td>
                {row.heapBytes === null
                  ? t('device.estimated', { size: format.bytes(row.memoryBytes) })
                  : format.bytes(row.heapBytes)}
              </td>
              <td>
                <Peak row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="device-note field-hint">
        {t('device.heapHint')}{' '}
        {PEAKS.filter((kind) => rows.some((row) => findPeak(row).kind === kind))
          .map((kind) => t(`device.peakHint.${kind}`))
          .join(' ')}
      </p>
    </div>
  );
}

/** Never blank: where the browser does not tell, what the workers were seen to take. */
function Peak({ row }: { readonly row: DeviceRow }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const { kind, bytes } = findPeak(row);
  const size = format.bytes(bytes);
  if (kind === 'about') return t('device.estimated', { size });
  return (
    <>
      {size} <span className="muted">{t(`device.peakOf.${kind}`)}</span>
    </>
  );
}
