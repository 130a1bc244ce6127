import { describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../../../engine/models/isobath-parsing-tiny.ts';
import { createLiveLabelLook, type LiveLookChoice } from './live-label-look.ts';

const CHOICE: LiveLookChoice = {
  style: 'overlay',
  palette: 'published',
  opacity: 0.6,
  areClassesShown: true,
  faceBlur: { isOn: false, includesHair: false, feather: 0.3, strength: 0.6 },
};
const alphaOf = (look: { paletteRgba: Uint8Array } | null, id: number) => look?.paletteRgba[id * 4 + 3];

describe('the look of live parsing', () => {
  it('is none for depth models', () => {
    expect(createLiveLabelLook(ISOBATH_DEPTH_TINY, CHOICE)).toBeNull();
  });

  it('hides the background, or everything when classes are off', () => {
    const look = createLiveLabelLook(ISOBATH_PARSING_TINY, CHOICE);
    expect([alphaOf(look, 0), alphaOf(look, 1)]).toEqual([0, 255]);
    const off = createLiveLabelLook(ISOBATH_PARSING_TINY, { ...CHOICE, areClassesShown: false });
    expect([alphaOf(off, 0), alphaOf(off, 1)]).toEqual([0, 0]);
  });

  it('covers all of the picture as a mosaic', () => {
    const look = createLiveLabelLook(ISOBATH_PARSING_TINY, { ...CHOICE, style: 'mosaic' });
    expect([alphaOf(look, 0), look?.opacity]).toEqual([255, 1]);
  });

  it('blurs the classes of the face, with the hair if asked for', () => {
    const face = createLiveLabelLook(ISOBATH_PARSING_TINY, {
      ...CHOICE,
      faceBlur: { ...CHOICE.faceBlur, isOn: true },
    });
    const both = createLiveLabelLook(ISOBATH_PARSING_TINY, {
      ...CHOICE,
      faceBlur: { ...CHOICE.faceBlur, isOn: true, includesHair: true },
    });
    expect(face?.blur?.classes.length).toBeGreaterThan(0);
    expect(both?.blur?.classes.length).toBeGreaterThan(face?.blur?.classes.length ?? 0);
  });
});
