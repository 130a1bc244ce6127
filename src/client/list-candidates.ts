/** Which ways to compute a model are worth measuring on this device. Pure. */
import type { ModelVariant, VariantId } from '../engine/models/manifest.ts';
import { chooseBackend, type DeviceFacts } from './backend-choice.ts';
import type { ClientSettings } from './inference-client.types.ts';
import type { Candidate } from './measured-choice.ts';

export interface CandidateFacts {
  readonly device: DeviceFacts;
  readonly hasShaderF16: boolean;
  readonly settings: ClientSettings;
  /** The variant in use. */
  readonly variant: VariantId;
  /** Those whose files are here. */
  readonly installed: readonly ModelVariant[];
  /** Those that WebGPU computed wrong. */
  readonly refused: readonly VariantId[];
}

/** More threads in one session wait for each other. */
const MAX_THREADS = 8;

const AUTO = { workers: 'auto', threads: 'auto' } as const;

function runsOnWasm({ needsShaderF16 }: ModelVariant): boolean {
  return !needsShaderF16;
}

function listWasm({ device, settings }: CandidateFacts, variant: ModelVariant): Candidate[] {
  const choose = (change: Partial<ClientSettings>) => {
    const { config, workers } = chooseBackend(
      { ...settings, ...AUTO, executionProvider: 'wasm', ...change },
      device,
      { memoryBytes: variant.memoryBytes, webGpu: 'usable' },
    );
    return { workers, threads: config.threads };
  };
  const plan = choose({});
  const cores = Math.max(1, Math.floor(device.hardwareConcurrency));
  // What a core's second thread brings differs from processor to processor.
  const threadCounts = [Math.min(cores, MAX_THREADS), Math.ceil(cores / 2), 2];
  return [plan, ...threadCounts.map((threads) => choose({ threads }))].map((layout) => ({
    executionProvider: 'wasm' as const,
    variant: variant.id,
    ...layout,
  }));
}

function listWebGpu({ device, settings, hasShaderF16, installed, refused }: CandidateFacts): Candidate[] {
  const isOffered = device.gpu === 'hardware' || settings.executionProvider === 'webgpu';
  if (!isOffered || device.gpu === 'none') return [];
  return installed
    .filter(({ weights }) => weights !== 'int8' && weights !== 'uint8')
    .filter(({ id, needsShaderF16 }) => !refused.includes(id) && (hasShaderF16 || !needsShaderF16))
    .map(({ id }) => ({ executionProvider: 'webgpu' as const, variant: id, workers: 1, threads: 1 }));
}

/** What would be used without measuring comes first. A software adapter is measured only where WebGPU is asked for by name. */
export function listCandidates(facts: CandidateFacts): readonly Candidate[] {
  const { installed, device, settings } = facts;
  const inUse = installed.find(({ id }) => id === facts.variant);
  const forWasm = inUse && runsOnWasm(inUse) ? inUse : installed.find(runsOnWasm);
  const wasm = forWasm ? listWasm(facts, forWasm) : [];
  const webGpu = listWebGpu(facts).sort(
    (a, b) => Number(b.variant === facts.variant) - Number(a.variant === facts.variant),
  );
  const isGpuFirst = settings.executionProvider !== 'wasm' && device.gpu === 'hardware';
  const all = isGpuFirst ? [...webGpu, ...wasm] : [...wasm, ...webGpu];
  const seen = new Set<string>();
  return all.filter((candidate) => {
    const key = JSON.stringify(candidate);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
