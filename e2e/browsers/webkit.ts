/** WebKit, the engine of Safari, as WebKitGTK's MiniBrowser: over WebDriver, on a screen of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../support/free-port.ts';
import { findWebKit } from '../tools/webkit.ts';
import type { BrowserKind, DrivenPage } from './driver.ts';
import { isReady, openSession, type WebDriverSession } from './webdriver.ts';

const VIEWPORT = { width: 1280, height: 800 };
const SCREEN = '1600x1200x24';
const START_LIMIT_MS = 60_000;
/** As long as a test may take: whoever waits in the page is given up by the test, not by the driver. */
const SCRIPT_LIMIT_MS = 90_000;

/** The page with what it has thrown, which the driver program does not tell. */
interface WatchedWindow extends Window {
  journeyProblems?: string[];
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill();
  await once(process, 'exit');
}

/** An X display that nobody sees; `name` is its `DISPLAY`. */
async function openScreen(path: string): Promise<{ readonly name: string; readonly process: ChildProcess }> {
  const process = spawn(path, ['-displayfd', '1', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = (await Promise.race([
    once(process.stdout, 'data'),
    once(process, 'exit').then(() => Promise.reject(new Error('Xvfb ended'))),
  ])) as [Buffer];
  return { name: `:${number.toString().trim()}`, process };
}

/** In the page: what was thrown since the last question. The first one of a page begins to listen. */
function takeProblems(): string[] {
  const watched = window as WatchedWindow;
  if (watched.journeyProblems === undefined) {
    const problems: string[] = (watched.journeyProblems = []);
    addEventListener('error', ({ message }) => problems.push(message));
    addEventListener('unhandledrejection', ({ reason }) => problems.push(String(reason)));
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      problems.push(`Content-Security-Policy: ${violatedDirective} ${blockedURI}`),
    );
  }
  return watched.journeyProblems.splice(0);
}

interface Answer<Result> {
  readonly problems: readonly string[];
  readonly value?: Result;
  readonly error?: string;
}

function drivePage(session: WebDriverSession): DrivenPage {
  const problems: string[] = [];
  const page: DrivenPage = {
    problems,
    async goto(url) {
      await session.goto(url);
      await page.evaluate(() => null, null);
    },
    async reload() {
      await session.reload();
      await page.evaluate(() => null, null);
    },
    async evaluate<Argument, Result>(
      work: (argument: Argument) => Result | Promise<Result>,
      argument: Argument,
    ): Promise<Result> {
      // What rejects is told as a word: the protocol would only time out.
      const body = `const [argument, done] = arguments;
        const takeProblems = ${takeProblems.toString()};
        (async () => (${work.toString()})(argument))().then(
          (value) => done({ value, problems: takeProblems() }),
          (error) => done({ error: String(error), problems: takeProblems() }),
        );`;
      const answer = (await session.execute(body, [argument])) as Answer<Result>;
      problems.push(...answer.problems);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value as Result;
    },
    setFiles: (selector, paths) => session.type(`input${selector}`, paths.join('\n')),
    screenshot: () => session.screenshot(),
    close: () => session.close(),
  };
  return page;
}

/** The window is larger than the page in it, by a bar of its own. */
async function fitWindow(session: WebDriverSession, page: DrivenPage): Promise<void> {
  await session.setWindowSize(VIEWPORT.width, VIEWPORT.height);
  const inner = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }), null);
  await session.setWindowSize(2 * VIEWPORT.width - inner.width, 2 * VIEWPORT.height - inner.height);
}

/** Answers once the driver program runs. */
async function startDriver(path: string, display: string): Promise<{ url: string; process: ChildProcess }> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const driver = spawn(path, [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      LANG: 'en_US.UTF-8',
      LANGUAGE: 'en',
      // Off in this build although pages are isolated; Safari has it.
      JSC_useSharedArrayBuffer: '1',
    },
  });
  for (const startMs = Date.now(); !(await isReady(url)); await sleep(50)) {
    if (Date.now() - startMs < START_LIMIT_MS) continue;
    await end(driver);
    throw new Error('WebKitWebDriver does not answer');
  }
  return { url, process: driver };
}

/** Its automation keeps nothing beyond a window: every page is a private window, with a storage of its own. */
export const WEBKIT: BrowserKind = {
  name: 'WebKit',
  lacks: ['kept files', 'films'],
  find: () => findWebKit()?.driver,
  async launch() {
    const programs = findWebKit();
    if (programs === undefined) throw new Error('WebKit is not installed');
    const screen = await openScreen(programs.screen);
    const driver = await startDriver(programs.driver, screen.name).catch(async (error: unknown) => {
      await end(screen.process);
      throw error;
    });
    const capabilities = {
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: programs.browser, args: ['--automation'] },
    };
    return {
      version: programs.browser,
      async open() {
        const session = await openSession(driver.url, capabilities, SCRIPT_LIMIT_MS);
        const page = drivePage(session);
        await fitWindow(session, page);
        return page;
      },
      async close() {
        await end(driver.process);
        await end(screen.process);
      },
    };
  },
};
