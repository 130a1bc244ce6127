import { describe, expect, it } from 'vitest';
import { resolveLanguage } from './i18n.ts';
import { late as enLate } from './en/late.ts';
import { resources as enResources } from './en/resources.ts';
import { late as zhCnLate } from './zh-CN/late.ts';
import { resources as zhCnResources } from './zh-CN/resources.ts';

const en = { ...enResources, ...enLate };
const zhCn = { ...zhCnResources, ...zhCnLate };

const PLURAL = /_(zero|one|two|few|many|other)$/;

function listTexts(node: object, path = ''): [key: string, text: string][] {
  return Object.entries(node).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : listTexts(value as object, `${path}${key}.`),
  );
}

/** Plural forms count as one key: how many forms there are is the language's business. */
function listKeys(node: object): string[] {
  return [...new Set(listTexts(node).map(([key]) => key.replace(PLURAL, '')))].sort();
}

function listPlaceholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w]+)/g)].map((match) => match[1] ?? ''))].sort();
}

describe('languages', () => {
  it('have exactly the same keys', () => {
    expect(listKeys(zhCn)).toEqual(listKeys(en));
  });

  it.each([
    ['en', en],
    ['zh-CN', zhCn],
  ] as const)('%s has every plural form its grammar asks for', (language, texts) => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = new Set(listTexts(texts).map(([key]) => key));
    const bases = new Set([...keys].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')));
    for (const base of bases) {
      for (const category of categories) expect(keys, base).toContain(`${base}_${category}`);
    }
  });

  it('name the same values in the same sentence', () => {
    const other = new Map(listTexts(zhCn));
    for (const [key, text] of listTexts(en)) {
      const translated = other.get(key.replace(/_one$/, '_other'));
      // An English singular may say "1" or leave the number out.
      if (key.endsWith('_one')) continue;
      expect(listPlaceholders(translated ?? ''), key).toEqual(listPlaceholders(text));
    }
  });

  it('have no empty text and no exclamation mark', () => {
    for (const [key, text] of [...listTexts(en), ...listTexts(zhCn)]) {
      expect(text.trim(), key).not.toBe('');
      expect(text, key).not.toMatch(/[!！]/);
    }
  });
});

describe('resolveLanguage', () => {
  it('takes the setting before the browser', () => {
    expect(resolveLanguage('zh-CN', ['en-US'])).toBe('zh-CN');
  });

  it('takes the first preferred language that exists', () => {
    expect(resolveLanguage('system', ['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(resolveLanguage('system', ['de', 'en-GB'])).toBe('en');
  });

  it('falls back to English', () => {
    expect(resolveLanguage('system', ['fr'])).toBe('en');
    expect(resolveLanguage('system', [])).toBe('en');
  });
});
