/** Where live view is seen: the worker of the hour, its canvas in the page, and what is shown on it. */
import type { EngineError } from '../engine/errors.ts';
import type { LiveEvent, LiveView } from '../worker/live-api.ts';
import { openLiveDoor, type LiveDoor } from './live-worker-door.ts';

export interface LiveStageOptions {
  readonly spawnWorker: () => Worker;
  readonly onEvent: (event: LiveEvent) => void;
  /** The worker died by itself. */
  readonly onCrash: (error: EngineError) => void;
}

export interface LiveStage {
  /** Null: no worker runs. */
  readonly door: LiveDoor | null;
  /** Null: none was set yet. */
  readonly view: LiveView | null;
  /** The worker that runs, or a new one on a new canvas, with the view of before. */
  open(): LiveDoor;
  close(): void;
  /** Puts the canvas into `host`, and those that follow it. Returns the remover. */
  attach(host: HTMLElement): () => void;
  setView(view: LiveView): void;
  /** Ends; the page is left as it was. */
  dispose(): void;
}

export function createLiveStage({ spawnWorker, onEvent, onCrash }: LiveStageOptions): LiveStage {
  let door: LiveDoor | null = null;
  let host: HTMLElement | null = null;
  let view: LiveView | null = null;

  function close(): void {
    door?.close();
    door = null;
  }

  return {
    get door() {
      return door;
    },
    get view() {
      return view;
    },
    open() {
      if (door !== null) return door;
      const opened = openLiveDoor(spawnWorker, onEvent, onCrash);
      host?.replaceChildren(opened.canvas);
      door = opened;
      if (view !== null) opened.setView(view);
      return opened;
    },
    close,
    attach(element) {
      host = element;
      if (door !== null) element.replaceChildren(door.canvas);
      return () => {
        if (host === element) host = null;
        element.replaceChildren();
      };
    },
    setView(next) {
      view = next;
      door?.setView(next);
    },
    dispose() {
      close();
      host?.replaceChildren();
    },
  };
}
