import { STAGES, type Stage, type StageTimings } from '../../../engine/api.ts';

export interface StageTime {
  readonly stage: Stage | 'render';
  readonly durationMs: number;
  /** Of the sum, 0..1. */
  readonly share: number;
}

/** The stages that happened, in order, drawing last. Loading is listed only where it took place. */
export function listStages(timings: StageTimings, renderMs: number | null): readonly StageTime[] {
  const times: { readonly stage: Stage | 'render'; readonly durationMs: number }[] = STAGES.filter(
    (stage) => stage !== 'load' || timings.load > 0,
  ).map((stage) => ({ stage, durationMs: timings[stage] }));
  if (renderMs !== null) times.push({ stage: 'render', durationMs: renderMs });
  const sum = times.reduce((total, { durationMs }) => total + durationMs, 0);
  return times.map((time) => ({ ...time, share: sum > 0 ? time.durationMs / sum : 1 / times.length }));
}
