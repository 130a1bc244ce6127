/** From manifests and what storage says to the cards that the UI shows: pure. */
import { chooseVariant, type DeviceFacts, type VariantChoice } from '../engine/models/choose-variant.ts';
import { resolveFileUrl, type Hub } from '../engine/models/hubs.ts';
import type { ModelManifest, ModelVariant, VariantId } from '../engine/models/manifest.ts';
import type { VariantStatus } from '../worker/storage-api.ts';
import type { ModelEntry, ModelStatus } from './model-library.types.ts';

export interface EntryFacts {
  readonly device: DeviceFacts;
  readonly hub: Hub;
  readonly isUser: boolean;
  readonly isLicenceAccepted: boolean;
  readonly overriddenVariant: VariantId | null;
  readonly statusOf: (variant: VariantId) => VariantStatus;
  /** The fastest one here, as far as they were measured; null: not measured. */
  readonly fastestVariant: VariantId | null;
  /** Variants that WebGPU computed wrong here. The manifest has what is known of installed files. */
  readonly listRefused: (manifest: ModelManifest) => readonly VariantId[];
}

/**
 * What failed on WebGPU is not chosen for it again. Where all of a model's files failed, the processor computes it, and
 * the file is chosen for that.
 */
function chooseFile(
  manifest: ModelManifest,
  device: DeviceFacts,
  refused: readonly VariantId[],
): VariantChoice {
  if (device.executionProvider !== 'webgpu') return chooseVariant(manifest, device);
  const choice = chooseVariant(manifest, { ...device, failedVariants: refused });
  if (choice.kind !== 'none' || refused.length === 0) return choice;
  return chooseVariant(manifest, { ...device, executionProvider: 'wasm' });
}

/** Under way counts before installed, installed before chosen: the card shows what happens. */
function pickVariant(
  manifest: ModelManifest,
  choice: VariantChoice,
  facts: EntryFacts,
  refused: readonly VariantId[],
): ModelVariant {
  const byId = (id: VariantId | null): ModelVariant | undefined =>
    manifest.variants.find((variant) => variant.id === id);
  const overridden = byId(facts.overriddenVariant);
  if (overridden !== undefined) return overridden;
  const chosen = choice.kind === 'none' ? undefined : choice.variant;
  const isState = (variant: ModelVariant, ...states: VariantStatus['state'][]): boolean =>
    states.includes(facts.statusOf(variant.id).state);
  const fastest = byId(facts.fastestVariant);
  const picked =
    manifest.variants.find((variant) => isState(variant, 'downloading', 'verifying')) ??
    (fastest !== undefined && isState(fastest, 'ready') ? fastest : undefined) ??
    (chosen !== undefined && isState(chosen, 'ready') ? chosen : undefined) ??
    manifest.variants.find((variant) => isState(variant, 'ready') && !refused.includes(variant.id)) ??
    manifest.variants.find((variant) => isState(variant, 'ready')) ??
    manifest.variants.find((variant) => isState(variant, 'paused', 'failed')) ??
    chosen ??
    manifest.variants[0];
  if (picked === undefined) throw new Error(`${manifest.id} has no variant`);
  return picked;
}

function describeStatus(
  manifest: ModelManifest,
  variant: ModelVariant,
  choice: VariantChoice,
  facts: EntryFacts,
): ModelStatus {
  if (manifest.isEmbedded) {
    const sizeBytes = variant.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    return { state: 'ready', isEmbedded: true, sizeBytes, installedAtMs: 0, files: [], blobUrls: null };
  }
  const stored = facts.statusOf(variant.id);
  switch (stored.state) {
    case 'ready':
      return { ...stored, isEmbedded: false };
    case 'downloading':
    case 'paused':
    case 'verifying':
    case 'failed':
      return stored;
    case 'absent':
      break;
  }
  if (manifest.licence.isNonCommercial && !facts.isLicenceAccepted) {
    return { state: 'blocked', reason: { code: 'licence' } };
  }
  if (facts.overriddenVariant === null) {
    if (choice.kind === 'none') return { state: 'blocked', reason: { code: 'no-variant' } };
    if (choice.kind === 'too-large') {
      const budgetBytes = facts.device.memoryBudgetBytes ?? 0;
      return { state: 'blocked', reason: { code: 'memory', neededBytes: variant.memoryBytes, budgetBytes } };
    }
  }
  const isFetchable = variant.files.every((file) => resolveFileUrl(file, facts.hub) !== null);
  return { state: 'available', source: isFetchable ? 'hub' : 'bring-file' };
}

/** The manifest with what is known since its files are here: lengths, hashes, and addresses of files in memory. */
function fillIn(manifest: ModelManifest, variant: ModelVariant, status: VariantStatus): ModelManifest {
  if (status.state !== 'ready') return manifest;
  const files = variant.files.map((file) => {
    const index = status.files.findIndex((installed) => installed.name === file.name);
    const installed = status.files[index];
    if (installed === undefined) return file;
    return {
      ...file,
      isSizeApproximate: false,
      url: status.blobUrls?.[index] ?? file.url,
      sizeBytes: installed.sizeBytes,
      sha256: installed.sha256,
    };
  });
  return {
    ...manifest,
    variants: manifest.variants.map((other) => (other.id === variant.id ? { ...variant, files } : other)),
  };
}

export function describeEntry(manifest: ModelManifest, facts: EntryFacts): ModelEntry {
  const installedVariants = manifest.variants
    .map((variant) => variant.id)
    .filter((id) => manifest.isEmbedded || facts.statusOf(id).state === 'ready');
  const filled = manifest.variants.reduce(
    (current, variant) => fillIn(current, variant, facts.statusOf(variant.id)),
    manifest,
  );
  const refusedVariants = facts.listRefused(filled);
  const choice = chooseFile(manifest, facts.device, refusedVariants);
  const picked = pickVariant(manifest, choice, facts, refusedVariants);
  return {
    manifest: filled,
    variant: filled.variants.find((variant) => variant.id === picked.id) ?? picked,
    status: describeStatus(manifest, picked, choice, facts),
    isUser: facts.isUser,
    installedVariants,
    refusedVariants,
    isVariantOverridden: facts.overriddenVariant === picked.id,
  };
}
