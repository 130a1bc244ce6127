/** What a journey asks of a browser: small, so that any automation protocol can give it. */

export interface LaunchOptions {
  /** A window that keeps nothing: storage is refused, or gone when it is closed. WebKit's always are. */
  readonly isPrivate?: boolean;
}

export interface DrivenPage {
  /** What was thrown in the page and what the content security policy refused, so far. */
  readonly problems: readonly string[];
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs `work` in the page with a copy of `argument`; it sees nothing else of the test. Both travel as JSON does. */
  evaluate<Argument, Result>(
    work: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  /** Gives files, by their absolute paths, to the file input that `selector` names, as the picker does. */
  setFiles(selector: string, paths: readonly string[]): Promise<void>;
  /** PNG of what the window shows. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

export interface DrivenBrowser {
  /** As it calls itself, with its version. */
  readonly version: string;
  /** A new tab of 1280 x 800, in English. */
  open(): Promise<DrivenPage>;
  close(): Promise<void>;
}

/**
 * What a browser cannot do, as it is driven here: `kept files`, as its every window is private; `films`, as it has other
 * codecs than the product that it stands for.
 */
export type Lack = 'kept files' | 'films';

/** One that may be installed here. */
export interface BrowserKind {
  readonly name: string;
  readonly lacks: readonly Lack[];
  /** Path of its executable, or undefined where it is not installed. */
  find(): string | undefined;
  /** On an empty profile; the caller closes it. */
  launch(path: string, options?: LaunchOptions): Promise<DrivenBrowser>;
}
