import { describe, expect, it } from 'vitest';
import type { SkippedEntry } from '../../../client/picture-client.types.ts';
import type { ErrorCode } from '../../../engine/errors.ts';
import { createI18n } from '../../locales/i18n.ts';
import { createSkippedNote, describeSkipped } from './describe-skipped.ts';

const skip = (name: string, group = name, code: ErrorCode = 'IMAGE_DECODE_FAILED'): SkippedEntry => ({
  entry: { name, group, getItem: () => Promise.reject(new Error('not asked')) },
  error: { code, message: '', details: {}, causes: [], aborted: false },
});

describe('pictures that a ZIP goes without', () => {
  it('are named in the notice, each once, at most three', async () => {
    const i18n = await createI18n('en');
    expect(describeSkipped('maps.zip', [skip('a.jpg', '1'), skip('a.jpg', '1')], i18n)).toBe(
      'Saved maps.zip. a.jpg is missing in it, or not whole; not-saved.txt inside says why.',
    );
    // Two pictures may have the same name.
    expect(describeSkipped('maps.zip', [skip('a.jpg', '1'), skip('a.jpg', '2')], i18n)).toContain(
      '2 pictures are missing in it, or not whole: a.jpg and a.jpg.',
    );
    expect(
      describeSkipped(
        'maps.zip',
        ['a', 'b', 'c', 'd', 'e'].map((name) => skip(name)),
        i18n,
      ),
    ).toContain('5 pictures are missing in it, or not whole: a, b, c, and 2 more.');
  });

  it('have a line with the reason in the text file, in the language of the page', async () => {
    const skipped = [skip('a.jpg', '1'), skip('照片.png', '2', 'OUT_OF_MEMORY'), skip('a.jpg', '1')];
    for (const language of ['en', 'zh-CN'] as const) {
      const i18n = await createI18n(language);
      const t = i18n.getFixedT(language, 'errors');
      const note = createSkippedNote(skipped, i18n);
      expect(note.name).toBe('not-saved.txt');
      const [heading, blank, ...lines] = (await note.text()).split('\n');
      expect(heading).not.toBe('');
      expect(blank).toBe('');
      expect(lines).toEqual([`a.jpg: ${t('IMAGE_DECODE_FAILED')}`, `照片.png: ${t('OUT_OF_MEMORY')}`, '']);
    }
  });
});
