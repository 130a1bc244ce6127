/** What every measure is given. */
import type { Browser } from '@playwright/test';
import type { BuildSite } from '../tools/serve.ts';

export interface BenchSetting {
  readonly browser: Browser;
  readonly site: BuildSite;
  readonly peerUrl: string;
  /** The client on a page without the app's UI. */
  readonly callUrl: string;
  /** 40 photos of 640 x 480. */
  readonly photos: readonly Buffer[];
}

/** Each side of a ratio is measured so often, in turns; the median counts. */
export const ROUNDS = 3;
