import { describe, expect, it } from 'vitest';
import type { RenderSource, View } from '../../../render/renderer.ts';
import type { PresenterView } from './compose-view.ts';
import { createPresenter } from './presenter.ts';

const VIEW: PresenterView = {
  mode: 'compare',
  camera: null,
  color: { colormap: 'inferno', invert: false, gamma: 1, range: { lo: 0, hi: 1 }, followEdges: true },
  comparePosition: 0.5,
  overlayOpacity: 0.6,
  surround: 0.1,
};

const PICTURE = { widthPx: 200, heightPx: 100 };
const MAP = { widthPx: 1, heightPx: 1, values: new Float32Array(1) };
const NO_FADE = { fadeMs: 0 };

/** A renderer that notes what it is told, and a clock that moves by hand: the boundary to the GPU and to time. */
function setUp({ isSoftware = false } = {}) {
  const drawn: View[] = [];
  const sources: RenderSource[] = [];
  const renderTimes: (number | null)[] = [];
  let pending: (() => void) | null = null;
  let timer: (() => void) | null = null;
  let nowMs = 0;
  const busy: boolean[] = [];
  const renderer = {
    isSoftware,
    setSource: (source: RenderSource) => void sources.push(source),
    draw: (view: View) => Promise.resolve(drawn.push(view)),
    dispose: () => undefined,
  };
  const presenter = createPresenter({
    renderer,
    clock: {
      requestFrame: (callback) => {
        pending = callback;
        return 1;
      },
      cancelFrame: () => (pending = null),
      now: () => nowMs,
      setTimer(callback) {
        timer = callback;
        return () => (timer = null);
      },
    },
    onDraw: (firstMapMs) => void renderTimes.push(firstMapMs),
    onBusyChange: (isBusy) => void busy.push(isBusy),
  });
  return {
    presenter,
    drawn,
    sources,
    renderTimes,
    nextFrame(afterMs = 16) {
      nowMs += afterMs;
      const run = pending;
      pending = null;
      run?.();
    },
    hasFrame: () => pending !== null,
    isBusy: () => busy.at(-1) ?? false,
    endPause() {
      const run = timer;
      timer = null;
      run?.();
    },
    hasTimer: () => timer !== null,
  };
}

/** ImageBitmap exists in browsers only; the presenter passes it on and closes it. */
function createBitmap() {
  const bitmap = { width: 20, height: 10, isClosed: false, close: () => void (bitmap.isClosed = true) };
  return bitmap;
}

describe('presenter', () => {
  it('waits a moment with a thumbnail: a photo that is there by then is drawn alone', () => {
    const { presenter, sources, hasTimer, endPause } = setUp();
    const [first, photo, second] = [createBitmap(), createBitmap(), createBitmap()];
    presenter.setPicture(PICTURE);
    presenter.setThumbnail(first);
    expect(sources.at(-1)?.photo).toBeNull();
    presenter.setPhoto(photo);
    expect(sources.at(-1)?.photo).toBe(photo);
    expect([first.isClosed, hasTimer()]).toEqual([true, false]);

    presenter.setPicture(PICTURE);
    presenter.setThumbnail(second);
    endPause();
    expect(sources.at(-1)?.photo).toBe(second);
  });

  it('draws a map with the thumbnail while the photo is not there, whichever comes first', () => {
    const { presenter, sources, drawn, nextFrame } = setUp();
    const [early, late, photo] = [createBitmap(), createBitmap(), createBitmap()];
    presenter.resize(400, 400);
    presenter.setView(VIEW);
    presenter.setPicture(PICTURE);
    presenter.setThumbnail(early);
    presenter.setMap(MAP, NO_FADE);
    nextFrame();
    expect(drawn).toHaveLength(1);
    expect(sources.at(-1)).toMatchObject({ photo: early, map: MAP });
    presenter.setPhoto(photo);
    expect(sources.at(-1)).toMatchObject({ photo, map: MAP });
    expect(early.isClosed).toBe(true);

    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    presenter.setThumbnail(late);
    expect(sources.at(-1)).toMatchObject({ photo: late, map: MAP });
  });

  it('closes a thumbnail that waits when another picture is chosen, and does not show it', () => {
    const { presenter, sources, hasTimer } = setUp();
    const thumbnail = createBitmap();
    presenter.setPicture(PICTURE);
    presenter.setThumbnail(thumbnail);
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    expect([thumbnail.isClosed, hasTimer()]).toEqual([true, false]);
    expect(sources.at(-1)?.photo).toBeNull();
  });

  it('takes no thumbnail once the photo is there', () => {
    const { presenter, sources } = setUp();
    const [photo, late] = [createBitmap(), createBitmap()];
    presenter.setPicture(PICTURE);
    presenter.setPhoto(photo);
    presenter.setMap(MAP, NO_FADE);
    presenter.setThumbnail(late);
    expect(late.isClosed).toBe(true);
    expect(sources.at(-1)).toMatchObject({ photo, map: MAP });
  });

  it('does not report the draw of a picture that another one has taken the place of', async () => {
    const { presenter, renderTimes, drawn, nextFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setView(VIEW);
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    nextFrame();
    expect(drawn).toHaveLength(1);
    presenter.setPicture(PICTURE);
    await Promise.resolve();
    expect(renderTimes).toEqual([]);
  });

  it('draws once for many changes before a frame, and not at all without a change', () => {
    const { presenter, drawn, nextFrame, hasFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    presenter.setView(VIEW);
    presenter.setView({ ...VIEW, comparePosition: 0.2 });
    nextFrame();
    expect(drawn).toHaveLength(1);
    expect(hasFrame()).toBe(false);
  });

  it('draws nothing before it knows size, view and something to show', () => {
    const { presenter, drawn, nextFrame } = setUp();
    presenter.setPicture(PICTURE);
    presenter.setView(VIEW);
    nextFrame();
    presenter.setPhoto(createBitmap());
    nextFrame();
    expect(drawn).toHaveLength(0);
    presenter.resize(10, 10);
    expect(drawn).toHaveLength(1);
  });

  it('draws at once after a resize, because a resized canvas is blank', () => {
    const { presenter, drawn, nextFrame } = setUp();
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    presenter.setView(VIEW);
    presenter.resize(400, 400);
    presenter.resize(300, 200);
    expect(drawn.map((view) => [view.widthPx, view.heightPx])).toEqual([
      [400, 400],
      [300, 200],
    ]);
    nextFrame();
    expect(drawn).toHaveLength(2);
  });

  it('fits the picture while no camera is set', () => {
    const { presenter, drawn } = setUp();
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    presenter.setView(VIEW);
    presenter.resize(400, 400);
    expect(drawn[0]?.camera).toEqual({ centerX: 0.5, centerY: 0.5, scale: (400 - 16) / 200 });
  });

  it('measures the compare line on the picture, not on the canvas', () => {
    const { presenter, drawn } = setUp();
    presenter.setPicture({ widthPx: 100, heightPx: 400 });
    presenter.setMap(MAP, NO_FADE);
    presenter.setView({ ...VIEW, comparePosition: 0 });
    presenter.resize(400, 400);
    // 400 high less the margin of 16 gives a scale of 0.96: 96 pixels in the middle of 400.
    expect(drawn[0]?.comparePosition).toBeCloseTo(152 / 400);
  });

  it('fades a new map in and then stops drawing', () => {
    const { presenter, drawn, nextFrame, hasFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setView({ ...VIEW, mode: 'map' });
    presenter.setPicture(PICTURE);
    presenter.setPhoto(createBitmap());
    nextFrame();
    presenter.setMap(MAP, { fadeMs: 160 });
    nextFrame(0);
    nextFrame(80);
    nextFrame(80);
    expect(drawn.slice(1).map((view) => view.overlayOpacity)).toEqual([0, 0.875, 1]);
    expect(hasFrame()).toBe(false);
  });

  it('scales the opacity of an overlay by the fade', () => {
    const { presenter, drawn, nextFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setView({ ...VIEW, mode: 'overlay' });
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, { fadeMs: 100 });
    nextFrame(50);
    nextFrame(50);
    expect(drawn[0]?.overlayOpacity).toBeCloseTo(0.6 * 0.875);
    expect(drawn[1]?.overlayOpacity).toBe(0.6);
  });

  it('does not fade or upload the same map twice', () => {
    const { presenter, drawn, sources, nextFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setView(VIEW);
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    const uploads = sources.length;
    presenter.setMap(MAP, { fadeMs: 160 });
    expect(sources).toHaveLength(uploads);
    nextFrame(0);
    expect(drawn.at(-1)?.overlayOpacity).toBe(1);
  });

  it('reports the cost of the first draw of a map only', async () => {
    const { presenter, renderTimes, nextFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setView(VIEW);
    presenter.setPicture(PICTURE);
    presenter.setPhoto(createBitmap());
    nextFrame();
    await Promise.resolve();
    presenter.setMap(MAP, NO_FADE);
    nextFrame();
    await Promise.resolve();
    presenter.setView(VIEW);
    nextFrame();
    await Promise.resolve();
    expect(renderTimes).toEqual([null, 2, null]);
  });

  it('closes a photo once the renderer has the next one, and the last with itself', () => {
    const { presenter, sources } = setUp();
    const [thumbnail, proxy, other] = [createBitmap(), createBitmap(), createBitmap()];
    presenter.setPicture(PICTURE);
    presenter.setPhoto(thumbnail);
    presenter.setPhoto(proxy);
    expect([thumbnail.isClosed, proxy.isClosed]).toEqual([true, false]);
    expect(sources.at(-1)?.photo).toBe(proxy);
    presenter.setPicture(PICTURE);
    expect(proxy.isClosed).toBe(true);
    expect(sources.at(-1)?.photo).toBeNull();
    presenter.setPhoto(other);
    presenter.dispose();
    expect(other.isClosed).toBe(true);
  });

  it('keeps what is on the canvas until another picture has something to show', () => {
    const { presenter, drawn, nextFrame } = setUp();
    presenter.resize(400, 400);
    presenter.setView(VIEW);
    presenter.setPicture(PICTURE);
    presenter.setMap(MAP, NO_FADE);
    nextFrame();
    presenter.setPicture(PICTURE);
    nextFrame();
    expect(drawn).toHaveLength(1);
  });
});

describe('edges where the processor draws', () => {
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

  it('a new map shows without them at once, and with them after a pause', async () => {
    const { presenter, drawn, nextFrame, endPause, isBusy } = setUp({ isSoftware: true });
    presenter.resize(400, 400);
    presenter.setPicture(PICTURE);
    presenter.setView(VIEW);
    presenter.setMap(MAP, NO_FADE);
    nextFrame();
    await settle();
    expect(drawn.map(({ color }) => color.followEdges)).toEqual([false]);
    expect(isBusy()).toBe(true);
    endPause();
    nextFrame();
    await settle();
    expect(drawn.map(({ color }) => color.followEdges)).toEqual([false, true]);
    expect(isBusy()).toBe(false);
  });

  it('a moving camera does without them; a colour does not wait', () => {
    const { presenter, drawn, nextFrame, endPause, hasTimer } = setUp({ isSoftware: true });
    presenter.resize(400, 400);
    presenter.setPicture(PICTURE);
    presenter.setView(VIEW);
    presenter.setMap(MAP, NO_FADE);
    endPause();
    nextFrame();
    presenter.setView({ ...VIEW, color: { ...VIEW.color, gamma: 2 } });
    nextFrame();
    expect(drawn.map(({ color }) => color.followEdges)).toEqual([true, true]);
    presenter.setView({ ...VIEW, camera: { centerX: 0.5, centerY: 0.5, scale: 3 } });
    nextFrame();
    expect(drawn.at(-1)?.color.followEdges).toBe(false);
    expect(hasTimer()).toBe(true);
  });

  it('are followed at once where a GPU draws', () => {
    const { presenter, drawn, nextFrame, hasTimer } = setUp();
    presenter.resize(400, 400);
    presenter.setPicture(PICTURE);
    presenter.setView(VIEW);
    presenter.setMap(MAP, NO_FADE);
    nextFrame();
    expect(drawn.map(({ color }) => color.followEdges)).toEqual([true]);
    expect(hasTimer()).toBe(false);
  });
});
