/** Why a way to compute is not in the race, in one sentence. Pure. */
import type { TFunction } from 'i18next';
import type { CandidateProblem } from '../../../client/measured-choice.ts';
import type { Format } from '../../hooks/format.ts';

type ModelText = TFunction<'models'>;

const readNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

function describeSelfTest({ details }: CandidateProblem, t: ModelText, format: Format): string {
  switch (details.reason) {
    case 'not-run':
      return t('auto.problem.notRun');
    case 'no-reference':
      return t('auto.problem.noReference');
    default: {
      const error = readNumber(details.meanRelativeError);
      const bound = readNumber(details.tolerance);
      const correlation = readNumber(details.correlation);
      // What is no number cannot be kept.
      if (error === null || bound === null || correlation === null) return t('auto.problem.wrong');
      return t('auto.problem.wrongBy', {
        error: format.number(error, 5),
        bound: format.number(bound, 5),
        correlation: format.number(correlation, 5),
      });
    }
  }
}

/** Names no language but the one of `t`: codes and numbers only come from below. */
export function describeProblem(problem: CandidateProblem, t: ModelText, format: Format): string {
  const { code, details } = problem;
  if (details.selfTest === true) return describeSelfTest(problem, t, format);
  switch (code) {
    case 'EXECUTION_PROVIDER_UNAVAILABLE':
      switch (details.reason) {
        case 'no-webgpu':
        case 'no-adapter':
        case 'software-adapter':
          return t(`auto.problem.${details.reason}`);
        default:
          return t('auto.problem.notStarted');
      }
    case 'EXECUTION_PROVIDER_FAILED':
    case 'OUT_OF_MEMORY':
    case 'TASK_TIMEOUT':
    case 'WORKER_CRASHED':
    case 'WORKER_START_FAILED':
    case 'MODEL_OUTPUT_INVALID':
      return t(`auto.problem.${code}`);
    default:
      return t('auto.problem.other', { code });
  }
}
