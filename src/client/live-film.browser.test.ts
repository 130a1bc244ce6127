/** A film's controls, on an element that plays what a canvas shows. */
import { afterEach, expect, it, vi } from 'vitest';
import { createLiveFilm } from './live-film.ts';
import type { FilmState } from './live-client.types.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

async function playFilm(): Promise<HTMLVideoElement> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const timer = setInterval(() => context.fillRect(0, 0, 8, 8), 30);
  const stream = canvas.captureStream(30);
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  cleanups.push(() => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  });
  await video.play();
  return video;
}

it('a film that plays stops while nobody looks, and goes on; one that was paused stays so', async () => {
  const states: FilmState[] = [];
  const film = createLiveFilm((state) => states.push(state));
  const video = await playFilm();
  film.show(video);
  expect(states.at(-1)).toMatchObject({ isPlaying: true, isLooping: false, rate: 1 });
  film.setHeld(true);
  expect(video.paused).toBe(true);
  film.setHeld(false);
  expect(video.paused).toBe(false);
  film.controls.pause();
  expect(states.at(-1)?.isPlaying).toBe(false);
  film.setHeld(true);
  film.setHeld(false);
  expect(video.paused).toBe(true);
});

it('a film is told of at once when its controls are used, and no more when it was left', async () => {
  const states: FilmState[] = [];
  const film = createLiveFilm((state) => states.push(state));
  const video = await playFilm();
  film.show(video);
  film.controls.setLooping(true);
  expect(states.at(-1)?.isLooping).toBe(true);
  film.leave();
  states.length = 0;
  const paused = vi.fn();
  video.addEventListener('pause', paused);
  video.pause();
  film.controls.setLooping(false);
  await vi.waitFor(() => expect(paused).toHaveBeenCalledTimes(1));
  expect(states).toEqual([]);
  expect(video.loop).toBe(true);
});
