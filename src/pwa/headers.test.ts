import { describe, expect, it } from 'vitest';
import { buildContentSecurityPolicy, buildHeaders, formatHeadersFile } from './headers.ts';

function directive(policy: string, name: string): string[] {
  const found = policy.split('; ').find((part) => part.startsWith(`${name} `));
  return (found ?? '').split(' ').slice(1);
}

describe('the content security policy', () => {
  it('allows no inline code and no eval beyond WebAssembly', () => {
    const policy = buildContentSecurityPolicy(undefined);
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
    expect(directive(policy, 'script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(directive(policy, 'default-src')).toEqual(["'none'"]);
  });

  it('reaches this origin, the default hub and its content hosts', () => {
    expect(directive(buildContentSecurityPolicy(undefined), 'connect-src')).toEqual([
      "'self'",
      'blob:',
      'https://huggingface.co',
      'https://*.huggingface.co',
      'https://*.hf.co',
    ]);
  });

  it('reaches the mirrors of the deployment and what they redirect to, and nothing else', () => {
    const policy = buildContentSecurityPolicy('https://mirror.example/m https://*.cdn.example');
    expect(directive(policy, 'connect-src').slice(-2)).toEqual([
      'https://mirror.example',
      'https://*.cdn.example',
    ]);
    expect(directive(policy, 'script-src')).not.toContain('https://mirror.example');
  });

  it('leaves out of a meta element what only a header may say', () => {
    expect(buildContentSecurityPolicy(undefined)).toContain('frame-ancestors');
    expect(buildContentSecurityPolicy(undefined, 'meta')).not.toContain('frame-ancestors');
  });

  it('cannot be widened by a hub entry', () => {
    expect(() => buildContentSecurityPolicy("https://m.example *; script-src 'unsafe-inline'")).toThrow(
      /VITE_HUBS/,
    );
  });
});

describe('the headers', () => {
  it('isolate the page', () => {
    expect(buildHeaders(undefined)).toMatchObject({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
  });

  it('have the form that static hosts read, and let files named by their hash stay for ever', () => {
    expect(formatHeadersFile({ A: '1', B: 'x; y' })).toBe(
      '/*\n  A: 1\n  B: x; y\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n',
    );
  });
});
