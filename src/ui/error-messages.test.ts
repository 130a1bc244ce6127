import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../engine/errors.ts';
import { describeError, toNamedFormat } from './error-messages.ts';
import { createI18n } from './locales/i18n.ts';

describe.each(['en', 'zh-CN'] as const)('errors in %s', (language) => {
  it('have a finished sentence for every code, with and without facts', async () => {
    const i18n = await createI18n(language);
    const facts = {
      widthPx: 60_000,
      heightPx: 60_000,
      maxPixels: 2e8,
      timeoutMs: 60_000,
      limit: 500,
      status: 404,
      found: 'logits: [1, 7, 8, 8]',
      expected: 'logits: [1, 18, height, width]',
      output: 'logits',
      reason: 'not-finite',
    };
    for (const code of ERROR_CODES) {
      for (const details of [{}, facts]) {
        const sentence = describeError({ code, details }, i18n);
        expect(sentence, code).toMatch(/[.。]$/);
        expect(sentence, code).not.toContain('{{');
        expect(sentence, code).not.toContain(code);
        expect(sentence, code).not.toContain('undefined');
      }
    }
  });
});

describe('describeError', () => {
  it('names the size and what is allowed', async () => {
    const i18n = await createI18n('en');
    const details = { widthPx: 60_000, heightPx: 60_000, maxPixels: 200_000_000 };
    expect(describeError({ code: 'IMAGE_TOO_LARGE', details }, i18n)).toBe(
      'This picture is 60,000 × 60,000 pixels; up to 200 megapixels fit. Make it smaller and try again.',
    );
  });

  it('names HEIC and gives advice', async () => {
    const i18n = await createI18n('en');
    const sentence = describeError({ code: 'IMAGE_UNSUPPORTED_FORMAT', details: { format: 'heic' } }, i18n);
    expect(sentence).toContain('HEIC');
    expect(sentence).toContain('JPEG');
  });

  it('names what a model has and what is needed, and the output that is not finite', async () => {
    const i18n = await createI18n('en');
    const details = { found: 'banana: [1, 4, 4]', expected: 'pred_logits: [1, queries, 22]' };
    expect(describeError({ code: 'MODEL_CONTRACT_MISMATCH', details }, i18n)).toContain(
      'found banana: [1, 4, 4], needed pred_logits: [1, queries, 22]',
    );
    const broken = { output: 'pred_masks', reason: 'not-finite' };
    expect(describeError({ code: 'MODEL_OUTPUT_INVALID', details: broken }, i18n)).toContain('pred_masks');
  });

  it.each([
    ['en', /smaller model.*lower detail.*retry.*more memory/],
    ['zh-CN', /较小的模型.*精细度.*重试.*内存更大/],
  ] as const)(
    'says in %s what to do when memory ran out, and promises no server',
    async (language, advice) => {
      const sentence = describeError({ code: 'OUT_OF_MEMORY', details: {} }, await createI18n(language));
      expect(sentence).toMatch(advice);
      expect(sentence).not.toMatch(/server|服务器/i);
    },
  );

  it('says how long it waited', async () => {
    const i18n = await createI18n('en');
    expect(describeError({ code: 'TASK_TIMEOUT', details: { timeoutMs: 60_000 } }, i18n)).toContain('1 min');
  });
});

describe('toNamedFormat', () => {
  it.each([
    ['HEIF', 'heic'],
    ['dng', 'raw'],
    ['svg', 'svg'],
    ['xyz', null],
    [undefined, null],
  ])('reads %s as %s', (format, named) => {
    expect(toNamedFormat(format)).toBe(named);
  });
});
