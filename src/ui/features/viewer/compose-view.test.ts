import { expect, test } from 'vitest';
import { composeView, type PresenterView } from './compose-view.ts';

const VIEW: PresenterView = {
  mode: 'overlay',
  camera: null,
  color: { colormap: 'inferno', invert: false, gamma: 1, range: { lo: 0, hi: 1 }, followEdges: true },
  comparePosition: 0.5,
  overlayOpacity: 0.5,
  surround: 0.1,
};
const PICTURE = { widthPx: 200, heightPx: 100 };
const MOMENT = { canvas: { widthPx: 400, heightPx: 400 }, fadeShare: 1, isRough: false };

test('without a camera of its own the picture is fitted, and the canvas size is passed on', () => {
  const view = composeView(VIEW, PICTURE, MOMENT);
  expect(view.camera).toMatchObject({ centerX: 0.5, centerY: 0.5 });
  expect(view.camera.scale).toBeLessThanOrEqual(2);
  expect(view).toMatchObject({ widthPx: 400, heightPx: 400, surround: 0.1 });
});

test('the compare line is a share of the picture that is seen, not of the canvas', () => {
  const camera = { centerX: 0.5, centerY: 0.5, scale: 1 };
  const at = (comparePosition: number) =>
    composeView({ ...VIEW, mode: 'compare', camera, comparePosition }, PICTURE, MOMENT).comparePosition;
  // 200 px of picture in the middle of 400.
  expect([at(0), at(0.5), at(1)]).toEqual([0.25, 0.5, 0.75]);
});

test('only an overlay has an opacity of its own, and labels bring theirs', () => {
  const look = {
    isOutline: false,
    lineWidthPx: 1,
    paletteRgba: new Uint8Array(),
    peopleOn: new Uint8Array(),
  };
  expect(composeView(VIEW, PICTURE, MOMENT).overlayOpacity).toBe(0.5);
  expect(composeView({ ...VIEW, mode: 'map' }, PICTURE, MOMENT).overlayOpacity).toBe(1);
  const labelled = composeView({ ...VIEW, labels: { look, opacity: 0.25 } }, PICTURE, MOMENT);
  expect(labelled).toMatchObject({ overlayOpacity: 0.25, labels: look });
});

test('a map that fades in comes fast and settles slowly', () => {
  const at = (fadeShare: number) => composeView(VIEW, PICTURE, { ...MOMENT, fadeShare }).overlayOpacity;
  expect([at(0), at(0.5), at(1)]).toEqual([0, 0.4375, 0.5]);
});

test('a rough drawing does not follow edges', () => {
  expect(composeView(VIEW, PICTURE, { ...MOMENT, isRough: true }).color.followEdges).toBe(false);
  expect(composeView(VIEW, PICTURE, MOMENT).color.followEdges).toBe(true);
});
