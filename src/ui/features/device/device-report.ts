/** The report of a device as text to share. Pure. */
import { STAGES } from '../../../engine/api.ts';
import type { DeviceRow } from '../../stores/device-report-store.ts';

export interface DeviceDescription {
  readonly browser: string;
  readonly cores: number;
  readonly memoryGb: number | null;
  readonly gpu: string | null;
  readonly isIsolated: boolean;
}

/** What a photo takes once the model is loaded, ms. */
export function sumPhotoMs({ stages }: Pick<DeviceRow, 'stages'>): number {
  return stages.decode + stages.preprocess + stages.inference + stages.postprocess;
}

const round = (value: number, digits = 0): string => value.toFixed(digits);

/** What is known of the most that a model took: the whole page, else the workers' WebAssembly, else an estimate. */
export function findPeak(row: DeviceRow): {
  readonly kind: 'page' | 'wasm' | 'about';
  readonly bytes: number;
} {
  if (row.peakBytes !== null) return { kind: 'page', bytes: row.peakBytes };
  if (row.wasmPeakBytes !== null) return { kind: 'wasm', bytes: row.wasmPeakBytes };
  return { kind: 'about', bytes: row.workers * (row.heapBytes ?? row.memoryBytes) };
}

function writePeak(row: DeviceRow): string {
  const { kind, bytes } = findPeak(row);
  const size = round(bytes / 1e6);
  return kind === 'about' ? `about ${size}` : `${size} (${kind === 'page' ? 'page' : 'WASM'})`;
}

/** A table for issues and notes; English, like the names of the stages. */
export function formatMarkdown(device: DeviceDescription, rows: readonly DeviceRow[]): string {
  const facts = [
    device.browser,
    `${device.cores} cores`,
    device.memoryGb === null ? null : `${device.memoryGb} GB memory`,
    device.gpu ?? 'no WebGPU',
    device.isIsolated ? 'threads' : 'no threads',
  ].filter((fact) => fact !== null);
  const head = [
    'Model',
    'Backend',
    ...STAGES,
    'photo ms',
    '1/s, 1 worker',
    '1/s, all workers',
    'workers',
    'MB, 1 worker',
    'MB, peak',
  ];
  const lines = rows.map((row) => [
    `${row.name} (${row.variant})`,
    `${row.executionProvider} x ${row.threads}`,
    ...STAGES.map((stage) => round(row.stages[stage])),
    round(sumPhotoMs(row)),
    round(row.rateOne, 2),
    round(row.rateMany, 2),
    String(row.workers),
    row.heapBytes === null ? `about ${round(row.memoryBytes / 1e6)}` : round(row.heapBytes / 1e6),
    writePeak(row),
  ]);
  const write = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    facts.join(' · '),
    '',
    write(head),
    write(head.map((_, index) => (index < 2 ? '---' : '---:'))),
    ...lines.map(write),
    '',
  ].join('\n');
}

export function formatJson(device: DeviceDescription, rows: readonly DeviceRow[]): string {
  return `${JSON.stringify({ device, rows }, null, 2)}\n`;
}
