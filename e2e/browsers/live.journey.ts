/** Live view of a film: no camera is needed, and every frame is known. */
import { expect, it } from 'vitest';
import type { FrameCounts } from '../../src/worker/live-api.ts';
import { countColours } from '../support/colours.ts';
import { onEveryBrowser } from './journeys.ts';

const CANVAS = '[data-testid="live-canvas"]';

onEveryBrowser(
  'live',
  (journey) => {
    it('a film is shown in the colours of its depth, no frame is lost on the way, and a recording is saved', async () => {
      const { app } = journey();
      await app.open({ view: 'live', ep: 'wasm', threads: '1', source: 'file' });
      await app.give('video-file-input', ['videos/room.webm']);
      const readCounts = async () =>
        JSON.parse((await app.read(CANVAS))?.counts ?? '{"shown":0}') as FrameCounts;
      await expect.poll(async () => (await readCounts()).shown, { timeout: 60_000 }).toBeGreaterThan(5);
      expect(await app.read('[data-testid="live-status"]')).toMatchObject({ state: 'running', problem: '' });
      expect(await app.read('[data-testid="live-hud"]')).toMatchObject({ backend: 'wasm' });
      // A picture of the window may be taken just when the canvas is handed its next frame.
      await expect
        .poll(async () => countColours(await app.look(CANVAS), 'inferno').isFromColormap)
        .toBeGreaterThan(0.95);
      await app.press('Record');
      await expect
        .poll(async () => Number((await app.read('[data-testid="live-recording"]'))?.frames ?? 0))
        .toBeGreaterThan(5);
      const { name, bytes } = await app.save('Stop recording');
      expect(name).toMatch(/^depth-.*\.(mp4|webm)$/);
      // The box of MP4, or the first element of WebM.
      const isVideo = bytes.toString('latin1', 4, 8) === 'ftyp' || bytes.readUInt32BE(0) === 0x1a45dfa3;
      expect(isVideo).toBe(true);
      expect(bytes.length).toBeGreaterThan(1000);
      await app.press('Stop');
      await expect.poll(async () => (await app.read('[data-testid="live-status"]'))?.state).toBe('idle');
      const { failed, doubleCloses } = await readCounts();
      expect({ failed, doubleCloses }).toEqual({ failed: 0, doubleCloses: 0 });
    });
  },
  { needs: ['films'] },
);
