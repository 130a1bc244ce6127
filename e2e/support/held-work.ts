/** Work that waits on purpose: what a test does to a running queue must not depend on how fast the machine is. */
import type { Page } from '@playwright/test';

export interface HeldWork {
  /** From now on what the page tells its workers waits: a picture stays in work, the others in line. */
  hold(): Promise<void>;
  /** Passes on what waits now; what follows is held again. */
  step(): Promise<void>;
  release(): Promise<void>;
}

interface Gate {
  isHeld: boolean;
  passOn(): void;
}

/** Runs first in the page. */
function install(name: string): void {
  const waiting: (() => void)[] = [];
  const gate: Gate = {
    isHeld: false,
    passOn() {
      for (const deliver of waiting.splice(0)) deliver();
    },
  };
  const Original = Worker;
  const { postMessage } = Original.prototype;
  window.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (!String(url).includes(name)) return;
      this.postMessage = (...message: unknown[]) => {
        const deliver = () => Reflect.apply(postMessage, this, message);
        if (gate.isHeld) waiting.push(deliver);
        else deliver();
      };
    }
  };
  Object.assign(window, { workGate: gate });
}

/** Before the page is opened. Holds the workers that compute, or those that decode photos, draw or make files. A page that is opened anew starts without a hold. */
export async function prepareHold(
  page: Page,
  workers: 'inference' | 'picture' | 'viewer' | 'export' = 'inference',
): Promise<HeldWork> {
  await page.addInitScript(install, workers);
  const set = (isHeld: boolean, isPassedOn: boolean) =>
    page.evaluate(
      ([held, passed]) => {
        const { workGate } = window as unknown as { workGate: Gate };
        workGate.isHeld = held;
        if (passed) workGate.passOn();
      },
      [isHeld, isPassedOn] as const,
    );
  return {
    hold: () => set(true, false),
    step: () => set(true, true),
    release: () => set(false, true),
  };
}
