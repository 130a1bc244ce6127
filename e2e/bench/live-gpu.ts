/** Live view on a real graphics processor: frames a second and milliseconds of each stage. */
import { chromium, type Browser, type Page } from '@playwright/test';
import { CHROMIUM_LAUNCH, WEBGPU_FLAGS } from '../tools/chromium.ts';
import { makeHeavyModel } from './heavy-model.ts';
import { measureRate, openLive, readFigures, type LiveFigures } from './live-page.ts';
import { formatMs } from './table.ts';

const MEASURE_MS = 15_000;
/** Finds what the system has; a software adapter would be no measurement. */
const GPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--ignore-gpu-blocklist',
  '--enable-blink-features=ForceEagerMeasureMemory',
];

interface GpuRun {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly prepare: ((page: Page) => Promise<void>) | undefined;
}

/** Null: none, or one that is simulated by the processor. */
async function findGpu(browser: Browser, url: string): Promise<string | null> {
  const page = await browser.newPage();
  try {
    await page.goto(`${url}models/isobath-depth-tiny/card.json`);
    return await page.evaluate(async () => {
      const adapter = await (navigator as Navigator & { gpu?: GPU }).gpu?.requestAdapter();
      if (
        !adapter ||
        adapter.info.isFallbackAdapter ||
        /swiftshader|llvmpipe/i.test(JSON.stringify(adapter.info.description))
      )
        return null;
      return adapter.info.description || adapter.info.vendor || 'unnamed';
    });
  } finally {
    await page.close();
  }
}

function printFigures(name: string, fps: number, { stagesMs, latencyMs }: LiveFigures): void {
  const total = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0);
  const stages = Object.entries(stagesMs).map(
    ([stage, ms]) => `${stage} ${formatMs(ms)} (${Math.round((100 * ms) / total)} %)`,
  );
  console.log(`| ${name} | ${fps.toFixed(1)} fps | ${formatMs(latencyMs)} | ${stages.join(', ')} |`);
}

/** Prints its own table: these are absolute figures of this very device. `cameraFlags` play the film. */
export async function reportGpu(url: string, cameraFlags: readonly string[]): Promise<void> {
  const args = CHROMIUM_LAUNCH.args.filter((flag) => !WEBGPU_FLAGS.includes(flag));
  const browser = await chromium.launch({
    ...CHROMIUM_LAUNCH,
    args: [...args, ...GPU_FLAGS, ...cameraFlags],
  });
  try {
    const gpu = await findGpu(browser, url);
    if (gpu === null) {
      console.log(
        '\nGPU path: skipped, this machine has no graphics processor that Chromium can use for WebGPU.',
      );
      return;
    }
    const heavy = makeHeavyModel('webgpu');
    try {
      console.log(
        `\nGPU path on ${gpu}:\n| model | shown | capture to screen | stages |\n| --- | --- | --- | --- |`,
      );
      const models: readonly GpuRun[] = [
        { name: 'embedded', params: { ep: 'webgpu' }, prepare: undefined },
        {
          name: `ViT-S of ${Math.round(heavy.sizeBytes / 1e6)} MB`,
          params: { ep: 'webgpu', model: heavy.id },
          prepare: (page) => heavy.install(page, url),
        },
      ];
      for (const { name, params, prepare } of models) {
        const page = await openLive(browser, url, { params, prepare });
        const fps = await measureRate(page, MEASURE_MS);
        const figures = await readFigures(page);
        if (figures.backend === 'webgpu') printFigures(name, fps, figures);
        else console.log(`| ${name} | WebGPU refused it: it ran on ${figures.backend} | | |`);
        await page.context().close();
      }
    } finally {
      heavy.dispose();
    }
  } finally {
    await browser.close();
  }
}
