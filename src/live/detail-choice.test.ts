import { expect, test } from 'vitest';
import type { PipelineRequest } from '../engine/api.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import { createDetailChoice } from './detail-choice.ts';

const { stepPx } = DEPTH_ANYTHING_V2_SMALL.input.detail;

function wish(detailPx: number, targetFps: number | null) {
  const request: PipelineRequest = {
    pipeline: 'depth-estimation',
    model: DEPTH_ANYTHING_V2_SMALL,
    variant: DEPTH_ANYTHING_V2_SMALL.variants[0]!.id,
    options: { detailPx, maxLongSidePx: null },
  };
  return { request, targetFps };
}

/** Long enough for every decision. */
function learn(choice: ReturnType<typeof createDetailChoice>, frameMs: number): void {
  for (let frame = 0; frame < 6; frame++) choice.learn(frameMs);
}

test('without a rate to hold the size stays as chosen', () => {
  const choice = createDetailChoice();
  choice.configure(wish(378, null));
  learn(choice, 900);
  expect(choice.px).toBe(378);
});

test('with a rate that is missed the size goes down a step', () => {
  const choice = createDetailChoice();
  choice.configure(wish(378, 10));
  learn(choice, 900);
  expect(choice.px).toBe(378 - stepPx);
});

test('what was learnt stays when something else is configured, and goes with another size', () => {
  const choice = createDetailChoice();
  choice.configure(wish(378, 10));
  learn(choice, 900);
  choice.configure(wish(378, 10));
  expect(choice.px).toBe(378 - stepPx);
  choice.configure(wish(350, 10));
  expect(choice.px).toBe(350);
});
