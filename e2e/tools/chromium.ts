/** Finds Chromium and says how tests start it. */
import { existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of an installed Chromium, or undefined. `CHROMIUM_PATH` wins. */
export function findChromium(): string | undefined {
  return CANDIDATES.find((path): path is string => path !== undefined && existsSync(path));
}

/** WebGPU in software, so that its path is tested where there is no GPU: correct, but slow. */
export const WEBGPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--enable-unsafe-swiftshader',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** Launch options for playwright-core and for Vitest's browser. */
export const CHROMIUM_LAUNCH = {
  executablePath: findChromium(),
  args: [
    '--no-sandbox',
    '--no-first-run',
    '--disable-quic',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    ...WEBGPU_FLAGS,
  ],
};
