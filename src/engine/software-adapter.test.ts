import { expect, it } from 'vitest';
import { isSoftwareAdapterName } from './software-adapter.ts';

it.each([
  'google swiftshader SwiftShader Device (Subzero)',
  'mesa llvmpipe (LLVM 15.0.7, 256 bits)',
  'Microsoft Basic Render Driver',
  'Apple Software Renderer',
])('knows %s as a processor in disguise', (name) => {
  expect(isSoftwareAdapterName(name)).toBe(true);
});

it.each(['nvidia lovelace', 'apple metal-3', 'intel gen-12lp', 'unnamed adapter', ''])(
  'takes "%s" for a graphics processor',
  (name) => {
    expect(isSoftwareAdapterName(name)).toBe(false);
  },
);
