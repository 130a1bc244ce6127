/** The one sentence of each file that cannot be used. */
export const SENTENCES: Readonly<Record<string, RegExp>> = {
  'empty.jpg': /empty/i,
  'text.jpg': /no picture/,
  'bomb-60000x60000.png': /60,000 ?× ?60,000/,
  'truncated.jpg': /damaged or cut off/,
};
