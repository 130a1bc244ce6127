import { expect, it } from 'vitest';
import { createFormat } from './format.ts';

it('writes shares of a picture with a digit more where they are small, and never as nothing', () => {
  const { share } = createFormat('en');
  expect([0.753, 0.0996, 0.0651, 0.001, 0.0004].map(share)).toEqual(['75%', '10%', '6.5%', '0.1%', '< 0.1%']);
});
