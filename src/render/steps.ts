/** Long work on the processor that can be left off: between two steps other messages come in. */

/** Yields about every row of pixels; gives its result at the end. What is not wanted any longer is simply not resumed. */
export type Steps<Result> = Generator<void, Result, void>;

/** All that is left, in one go. */
export function finishSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
