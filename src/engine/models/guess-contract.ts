/** From what a graph declares to a draft manifest: what a user's own model most likely is, why, and how sure that is. */
import { guessInput } from './guess-input.ts';
import { guessOutput } from './guess-output.ts';
import type { GuessReason } from './guess-reason.ts';
import { estimateMemoryBytes } from './hub-file.ts';
import { findImageInput } from './image-input.ts';
import type { ModelFile, ModelManifest } from './manifest.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

export interface ContractGuess {
  readonly manifest: ModelManifest;
  /** `certain`: a published contract, recognised; `likely`: by names; `unsure`: by shape only, look at the preview. */
  readonly confidence: 'certain' | 'likely' | 'unsure';
  readonly reasons: readonly GuessReason[];
}

/** The files that the user gave, already hashed or not. */
export interface GivenFiles {
  readonly id: string;
  readonly name: string;
  readonly files: readonly ModelFile[];
}

/**
 * A draft manifest for a user's own model. Throws MODEL_CONTRACT_MISMATCH when no picture goes in or no map comes
 * out; `details.found` and `details.expected` say it in tensor terms.
 */
export function guessContract(inspection: OnnxInspection, given: GivenFiles): ContractGuess {
  const image = findImageInput(inspection);
  const guess = guessOutput(inspection, image);
  const { input, reasons } = guessInput(inspection, image, guess);
  const weightsBytes = given.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const isCertain = guess.reasons.some((reason) => reason.code === 'family-recognised');
  const isByName = guess.reasons.some((reason) => reason.code === 'output-by-name');
  return {
    confidence: isCertain ? 'certain' : isByName ? 'likely' : 'unsure',
    reasons: [...guess.reasons, ...reasons],
    manifest: {
      schemaVersion: 1,
      id: given.id,
      revision: 'user',
      name: given.name,
      task: guess.output.kind === 'disparity' || guess.output.kind === 'metric-depth' ? 'depth' : 'parsing',
      isEmbedded: false,
      summary: '',
      sourceUrl: null,
      // Nothing in the file tells whose weights they are: those of an export of M2FP are most likely the published ones.
      licence: guess.published?.licence ?? { name: 'unknown', url: null, isNonCommercial: false, note: null },
      variants: [
        {
          id: 'user',
          weights: 'fp32',
          needsShaderF16: false,
          files: given.files,
          memoryBytes: estimateMemoryBytes(weightsBytes),
        },
      ],
      input,
      output: guess.output,
      tolerance: guess.published?.tolerance ?? { wasm: 1e-3, gpu: 2e-2 },
    },
  };
}
