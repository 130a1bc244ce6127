/** The film on screen: its controls, and its place while nobody looks. */
import type { FilmState, LiveClient } from './live-client.types.ts';

/** After which {@link readFilm} may answer anew. */
const FILM_EVENTS = [
  'timeupdate',
  'seeked',
  'play',
  'pause',
  'ended',
  'ratechange',
  'durationchange',
] as const;

function readFilm(video: HTMLVideoElement): FilmState {
  return {
    durationS: Number.isFinite(video.duration) ? video.duration : 0,
    positionS: video.currentTime,
    isPlaying: !video.paused && !video.ended,
    isLooping: video.loop,
    rate: video.playbackRate,
  };
}

export interface LiveFilm {
  /** Tells of this film from now on, until it is left. */
  show(video: HTMLVideoElement): void;
  leave(): void;
  /** Nobody looks: it stops, and goes on from there when somebody does again. */
  setHeld(isHeld: boolean): void;
  readonly controls: LiveClient['film'];
}

export function createLiveFilm(onChange: (film: FilmState) => void): LiveFilm {
  let shown: { readonly video: HTMLVideoElement; readonly left: AbortController } | null = null;
  /** It was playing when the page was hidden. */
  let isHeld = false;

  const play = (video: HTMLVideoElement) => void video.play().catch(() => undefined);
  const act = (change: (video: HTMLVideoElement) => void) => {
    if (shown === null) return;
    change(shown.video);
    onChange(readFilm(shown.video));
  };

  function leave(): void {
    shown?.left.abort();
    shown = null;
    isHeld = false;
  }

  return {
    show(video) {
      leave();
      const left = new AbortController();
      shown = { video, left };
      const tell = () => onChange(readFilm(video));
      for (const name of FILM_EVENTS) video.addEventListener(name, tell, { signal: left.signal });
      tell();
    },
    leave,
    setHeld(isNowHeld) {
      if (shown === null) return;
      const { video } = shown;
      if (isNowHeld && !video.paused) {
        video.pause();
        isHeld = true;
      } else if (!isNowHeld && isHeld) {
        isHeld = false;
        play(video);
      }
    },
    controls: {
      play: () => act(play),
      pause: () => act((video) => video.pause()),
      seek: (positionS) => act((video) => (video.currentTime = positionS)),
      setRate: (rate) => act((video) => (video.playbackRate = rate)),
      setLooping: (isLooping) => act((video) => (video.loop = isLooping)),
    },
  };
}
