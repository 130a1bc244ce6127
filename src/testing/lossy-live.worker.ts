/** A live worker whose graphics device is lost as soon as it is used; on the processor it is ready at once. Draws nothing. */
import { expose } from 'comlink';
import type { LiveEvent, LiveWorkerApi } from '../worker/live-api.ts';

let tell: (event: LiveEvent) => void = () => undefined;

const api: Pick<LiveWorkerApi, 'connect' | 'configure' | 'setView' | 'setStream' | 'setPaused' | 'close'> = {
  connect(_canvas, onEvent) {
    tell = onEvent;
    return Promise.resolve({ ok: true, value: null });
  },
  configure({ lanes }) {
    if (lanes.slot.executionProvider === 'wasm') tell({ type: 'ready' });
    else tell({ type: 'canvas-lost', reason: 'The device was lost', isDeviceLost: true });
  },
  setView: () => undefined,
  setStream: (stream) => void stream?.cancel(),
  setPaused: () => undefined,
  close: () => Promise.resolve(),
};

expose(api);
