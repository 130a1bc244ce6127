import { describe, expect, it } from 'vitest';
import { classifyDrop, classifyFolderFile, firstUri, readDataUrl, splitDrop } from './classify-drop.ts';
import { arrangeFiles, compareNaturally } from './collect-files.ts';

const URL_OF_OTHER_SITE = 'https://example.org/photo.jpg';

describe('classifyDrop', () => {
  it('takes the bytes where there are any, even beside an address', () => {
    expect(classifyDrop({ fileCount: 1, text: URL_OF_OTHER_SITE })).toBe('files');
  });

  it('knows a bare address, which is never fetched', () => {
    expect(classifyDrop({ fileCount: 0, text: URL_OF_OTHER_SITE })).toBe('address');
    expect(classifyDrop({ fileCount: 0, text: `# from a browser\r\n${URL_OF_OTHER_SITE}\r\n` })).toBe(
      'address',
    );
  });

  it('knows a picture inside an address', () => {
    expect(classifyDrop({ fileCount: 0, text: 'data:image/png;base64,AAAA' })).toBe('data-url');
  });

  it('knows when there is nothing', () => {
    expect(classifyDrop({ fileCount: 0, text: '' })).toBe('nothing');
    expect(classifyDrop({ fileCount: 0, text: 'some words' })).toBe('nothing');
    expect(classifyDrop({ fileCount: 0, text: 'javascript:alert(1)' })).toBe('nothing');
  });
});

describe('firstUri', () => {
  it('skips comments and empty lines', () => {
    expect(firstUri('# comment\n\n  https://a.example/x \nhttps://b.example')).toBe('https://a.example/x');
    expect(firstUri('')).toBeNull();
  });
});

describe('readDataUrl', () => {
  it('reads base64 bytes with their type', async () => {
    const blob = readDataUrl('data:image/png;base64,iVBORw==');
    expect(blob?.type).toBe('image/png');
    expect([...new Uint8Array(await (blob as Blob).arrayBuffer())]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it('reads percent-encoded text', async () => {
    const blob = readDataUrl('data:image/svg+xml,%3Csvg%2F%3E');
    expect(await blob?.text()).toBe('<svg/>');
  });

  it('refuses what is no picture or damaged', () => {
    expect(readDataUrl('data:text/html,hello')).toBeNull();
    expect(readDataUrl('data:image/png;base64,***')).toBeNull();
    expect(readDataUrl('data:image/svg+xml,%E0%A4%A')).toBeNull();
  });
});

describe('classifyFolderFile', () => {
  it.each([
    ['photo.jpg', 'image/jpeg', 'picture'],
    ['IMG_1.HEIC', '', 'picture'],
    ['scan.tif', '', 'picture'],
    ['notes.txt', 'text/plain', 'other'],
    ['.DS_Store', '', 'system'],
    ['._photo.jpg', 'image/jpeg', 'system'],
    ['Thumbs.db', '', 'system'],
  ])('%s (%s) is %s', (name, type, kind) => {
    expect(classifyFolderFile(name, type)).toBe(kind);
  });
});

describe('splitDrop', () => {
  it('leaves a model its data and manifest, and loses no picture that was dropped with it', () => {
    const named = (name: string, type = '') => ({ name, type });
    const model = [named('a.onnx'), named('a.onnx_data'), named('a.json', 'application/json')];
    const pictures = [named('b.jpg', 'image/jpeg'), named('c.HEIC')];
    expect(splitDrop([...model, ...pictures])).toEqual({ modelFiles: model, pictures });
  });

  it('without a model leaves every file to get its answer as a picture', () => {
    const files = [{ name: 'letter.txt', type: 'text/plain' }];
    expect(splitDrop(files)).toEqual({ modelFiles: [], pictures: files });
  });
});

describe('arrangeFiles', () => {
  const found = (path: string, isInFolder: boolean, type = 'image/png') => ({
    path,
    isInFolder,
    file: new File(['x'], path.split('/').at(-1) ?? path, { type }),
  });

  it('orders numbers as people count', () => {
    const { files } = arrangeFiles([
      found('img10.png', false),
      found('img2.png', false),
      found('img1.png', false),
    ]);
    expect(files.map((file) => file.name)).toEqual(['img1.png', 'img2.png', 'img10.png']);
    expect(compareNaturally('2', '10')).toBeLessThan(0);
  });

  it('takes every file that was dropped by itself, but only pictures out of folders', () => {
    const { files, skippedCount } = arrangeFiles([
      found('letter.txt', false, 'text/plain'),
      found('trip/b.png', true),
      found('trip/list.txt', true, 'text/plain'),
      found('trip/.DS_Store', true, ''),
    ]);
    expect(files.map((file) => file.name)).toEqual(['letter.txt', 'b.png']);
    expect(skippedCount).toBe(1);
  });
});
