import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorDetails } from '../../../engine/errors.ts';
import { createFormat } from '../../hooks/format.ts';
import { addLateTexts, createI18n } from '../../locales/i18n.ts';
import { describeProblem } from './describe-problem.ts';

async function setUp(language: 'en' | 'zh-CN') {
  const i18n = await createI18n(language);
  await addLateTexts(i18n);
  const t = i18n.getFixedT(language, 'models');
  return (code: (typeof ERROR_CODES)[number], details: ErrorDetails = {}) =>
    describeProblem({ code, details }, t, createFormat(language));
}

/** What the layers below give. */
const DETAILS: readonly ErrorDetails[] = [
  {},
  { reason: 'no-webgpu' },
  { reason: 'no-adapter' },
  { reason: 'software-adapter' },
  { reason: 'not-started' },
  { selfTest: true, reason: 'wrong' },
  { selfTest: true, reason: 'wrong', meanRelativeError: 0.4, tolerance: 0.02, correlation: 0.5 },
  { selfTest: true, reason: 'not-run', cause: 'INFERENCE_FAILED' },
  { selfTest: true, reason: 'no-reference' },
];

describe('why a way to compute is not used', () => {
  it('says what the self-test found, with its numbers where there are any', async () => {
    const describeIt = await setUp('en');
    const numbers = { meanRelativeError: 0.4, tolerance: 0.02, correlation: 0.5 };
    expect(describeIt('EXECUTION_PROVIDER_FAILED', { selfTest: true, reason: 'wrong', ...numbers })).toBe(
      'Computes this model wrong here: error 0.4 (allowed 0.02), correlation 0.5.',
    );
    expect(describeIt('EXECUTION_PROVIDER_FAILED', { selfTest: true, reason: 'known-wrong' })).toBe(
      'Computes this model wrong here.',
    );
  });

  it('is a finished sentence in Chinese, whatever happened, without an English word but names and codes', async () => {
    const describeIt = await setUp('zh-CN');
    for (const code of ERROR_CODES) {
      for (const details of DETAILS) {
        const sentence = describeIt(code, details);
        expect(sentence).toMatch(/。$/);
        const words = sentence.replaceAll(/WebGPU|[A-Z]+(_[A-Z]+)*/g, '');
        expect(words).not.toMatch(/[a-z{}]/);
      }
    }
  });
});
