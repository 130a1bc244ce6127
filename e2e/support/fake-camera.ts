/** Films for Chromium's fake camera, rendered by the tests: raw Y4M, so that what the camera sees is known to the pixel. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Scene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameCount: number;
  readonly fps: number;
  /** Grey of a pixel, 0..255. */
  luma(x: number, y: number, frame: number): number;
}

const FRAME_HEADER = Buffer.from('FRAME\n');

function encodeHeader({ widthPx, heightPx, fps }: Omit<Scene, 'luma'>): Buffer {
  return Buffer.from(`YUV4MPEG2 W${widthPx} H${heightPx} F${fps}:1 Ip A1:1 C420mpeg2\n`);
}

/** Grey film in YUV 4:2:0; Chromium plays it in a loop. */
function encodeY4m(scene: Scene): Buffer {
  const { widthPx, heightPx, frameCount } = scene;
  const chroma = Buffer.alloc((widthPx * heightPx) / 2, 128);
  const parts: Buffer[] = [encodeHeader(scene)];
  for (let frame = 0; frame < frameCount; frame++) {
    const luma = Buffer.alloc(widthPx * heightPx);
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) {
        luma[y * widthPx + x] = Math.max(16, Math.min(235, Math.round(scene.luma(x, y, frame))));
      }
    }
    parts.push(FRAME_HEADER, luma, chroma);
  }
  return Buffer.concat(parts);
}

/** In one step: a camera that is still being closed reads the old film to its end. */
function replaceFilm(path: string, film: Buffer): void {
  writeFileSync(`${path}.new`, film);
  renameSync(`${path}.new`, path);
}

export function writeScene(path: string, scene: Scene): void {
  replaceFilm(path, encodeY4m(scene));
}

/** A generator with a fixed seed, so that noise is the same in every run. */
function createNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 0x1000000 - 0.5;
  };
}

const SIZE = { widthPx: 320, heightPx: 240 } as const;

/** A room: bright floor that comes nearer, darker wall, a bright box in front. */
function room(x: number, y: number, boxX: number): number {
  const isBox = x >= boxX && x < boxX + 90 && y >= 70 && y < 210;
  if (isBox) return 215 - (x - boxX) * 0.25;
  return y > 130 ? 70 + (y - 130) * 0.7 : 95 - y * 0.25;
}

/** The box goes from side to side: 2 pixels a frame. */
export const MOVING: Scene = {
  ...SIZE,
  fps: 20,
  frameCount: 40,
  luma: (x, y, frame) => room(x, y, 30 + 2 * (frame < 20 ? frame : 40 - frame)),
};

/** Every 20 frames another room, mirrored and dark. */
export const CUTTING: Scene = {
  ...SIZE,
  fps: 20,
  frameCount: 40,
  luma: (x, y, frame) => (frame < 20 ? room(x, y, 40) : 250 - room(319 - x, 239 - y, 160)),
};

/** Nothing moves but the sensor's noise. */
export function makeNoisyScene(): Scene {
  const noise = createNoise(7);
  return { ...SIZE, fps: 20, frameCount: 40, luma: (x, y) => room(x, y, 110) + 10 * noise() };
}

/** Three drawn people before a checkered floor, as the camera pans a little; where they are is in `live-parsing.spec.ts`. */
const PEOPLE = { widthPx: 640, heightPx: 480, fps: 20, frameCount: 4 } as const;
const PEOPLE_PIXELS = fileURLToPath(new URL('../fixtures/images/photo-640x480.rgb8', import.meta.url));
/** Pixels that the picture moves from side to side. */
export const PEOPLE_PAN_PX = 2;

/** Colour film of {@link PEOPLE}: BT.601, studio range. */
export function writePeople(path: string): void {
  const { widthPx, heightPx, frameCount } = PEOPLE;
  const pixelsRgb = readFileSync(PEOPLE_PIXELS);
  const parts: Buffer[] = [encodeHeader(PEOPLE)];
  for (let frame = 0; frame < frameCount; frame++) {
    const shiftPx = frame < PEOPLE_PAN_PX ? frame : frameCount - frame;
    const at = (x: number, y: number) => (y * widthPx + Math.min(widthPx - 1, x + shiftPx)) * 3;
    const luma = Buffer.alloc(widthPx * heightPx);
    const chroma = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)] as const;
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) {
        const [r, g, b] = pixelsRgb.subarray(at(x, y), at(x, y) + 3) as unknown as [number, number, number];
        luma[y * widthPx + x] = Math.round(16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255);
        if (x % 2 === 1 || y % 2 === 1) continue;
        const index = (y / 2) * (widthPx / 2) + x / 2;
        chroma[0][index] = Math.round(128 + (-37.797 * r - 74.203 * g + 112 * b) / 255);
        chroma[1][index] = Math.round(128 + (112 * r - 93.786 * g - 18.214 * b) / 255);
      }
    }
    parts.push(FRAME_HEADER, luma, ...chroma);
  }
  replaceFilm(path, Buffer.concat(parts));
}
