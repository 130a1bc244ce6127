/** W3C WebDriver, as far as journeys need it (https://www.w3.org/TR/webdriver2/). selenium-webdriver wants Node 22. */
import * as z from 'zod';

const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf';

const failure = z.object({ error: z.string(), message: z.string() });
const newSession = z.object({
  sessionId: z.string(),
  capabilities: z.looseObject({ browserName: z.string(), browserVersion: z.string() }),
});

export interface WebDriverSession {
  /** Name and version. */
  readonly browser: string;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs the body of a function whose last argument is called with the result. */
  execute(body: string, args: readonly unknown[]): Promise<unknown>;
  /** Writes into the element that `selector` names; a file input takes paths, one a line. */
  type(selector: string, text: string): Promise<void>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
  setWindowSize(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

/** Asks the driver program at `url`; throws what it answers with as an error. */
async function ask(url: string, method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: unknown };
  const failed = failure.safeParse(value);
  if (failed.success) throw new Error(`WebDriver: ${failed.data.error}: ${failed.data.message}`);
  return value;
}

/** False while the driver program at `url` has not started. */
export async function isReady(url: string): Promise<boolean> {
  return ask(`${url}/status`, 'GET').then(
    () => true,
    () => false,
  );
}

/** Starts a browser. `scriptTimeoutMs`: for what `execute` waits for. */
export async function openSession(
  driverUrl: string,
  capabilities: Readonly<Record<string, unknown>>,
  scriptTimeoutMs: number,
): Promise<WebDriverSession> {
  const wanted = { capabilities: { alwaysMatch: capabilities } };
  const { sessionId, capabilities: got } = newSession.parse(
    await ask(`${driverUrl}/session`, 'POST', wanted),
  );
  const url = `${driverUrl}/session/${sessionId}`;
  const post = (path: string, body: object = {}) => ask(url + path, 'POST', body);
  await post('/timeouts', { script: scriptTimeoutMs });
  return {
    browser: `${got.browserName} ${got.browserVersion}`,
    goto: async (address) => void (await post('/url', { url: address })),
    reload: async () => void (await post('/refresh')),
    execute: (script, args) => post('/execute/async', { script, args }),
    async type(selector, text) {
      const found = await post('/element', { using: 'css selector', value: selector });
      const id = z.object({ [ELEMENT_KEY]: z.string() }).parse(found)[ELEMENT_KEY];
      await post(`/element/${id}/value`, { text });
    },
    screenshot: async () => Buffer.from(z.string().parse(await ask(`${url}/screenshot`, 'GET')), 'base64'),
    setWindowSize: async (width, height) => void (await post('/window/rect', { width, height })),
    close: async () => void (await ask(url, 'DELETE')),
  };
}
