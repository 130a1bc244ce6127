import { expect, test } from 'vitest';
import { createUniqueStems, labelsFileName, mapFileName, stemOf } from './file-names.ts';

test.each([
  ['photo.jpg', 'photo'],
  ['holiday/IMG 1.JPG', 'IMG 1'],
  ['C:\\temp\\a.b.png', 'a.b'],
  ['没有扩展名', '没有扩展名'],
  ['日本 écran 😀.avif', '日本 écran 😀'],
  ['e\u0301.png', '\u00e9'],
  ['a<b>c:d"e|f?g*h.png', 'a_b_c_d_e_f_g_h'],
  ['gnp.\u202egpj.png', 'gnp._gpj'],
  ['..hidden.png', 'hidden'],
  ['trailing. .png', 'trailing'],
  ['CON.jpg', 'CON_'],
  ['', 'picture'],
  ['.png', 'png'],
  ['///', 'picture'],
  ['new\nline.png', 'new_line'],
])('%j is saved as %j', (name, stem) => {
  expect(stemOf(name)).toBe(stem);
});

test('a long name is cut between characters, within what file systems allow', () => {
  const stem = stemOf(`${'😀'.repeat(100)}.png`);
  expect(stem).toBe('😀'.repeat(45));
  expect(new TextEncoder().encode(stem)).toHaveLength(180);
});

test('a file name says what the file holds', () => {
  const disparity = { kind: 'disparity' } as const;
  expect(mapFileName('photo', 'colour-png', disparity)).toBe('photo.disparity.png');
  expect(mapFileName('photo', 'grey16-png', disparity)).toBe('photo.disparity-16bit.png');
  expect(mapFileName('photo', 'raw-npy', disparity)).toBe('photo.disparity.npy');
  const metric = { kind: 'metric-depth', depthM: Float32Array.of(2, 3, 30) } as const;
  expect(mapFileName('photo', 'colour-png', metric)).toBe('photo.inverse-depth.png');
  expect(mapFileName('photo', 'grey16-png', metric)).toBe('photo.depth-mm-16bit.png');
  const far = { ...metric, depthM: Float32Array.of(200, 300, 400) };
  expect(mapFileName('photo', 'grey16-png', far)).toBe('photo.depth-cm-16bit.png');
  expect(mapFileName('photo', 'raw-npy', metric)).toBe('photo.depth-metres.npy');
});

test('a file of a parsing result says what it holds', () => {
  expect(labelsFileName('photo', 'labels-png')).toBe('photo.labels.png');
  expect(labelsFileName('photo', 'faces-jpeg')).toBe('photo.blurred.jpg');
});

test('stems are unique within a ZIP, capitals aside', () => {
  const unique = createUniqueStems();
  expect(['a', 'a', 'A', 'b', 'a (2)'].map(unique)).toEqual(['a', 'a (2)', 'A (3)', 'b', 'a (2) (2)']);
});
