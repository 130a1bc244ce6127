/**
 * How the test hub answers, written into its address, so that a test needs no channel to the server:
 * `http://host:port/~cut=50000;times=2;id=abc/owner/repo/resolve/main/model.onnx`.
 */
export interface Behaviour {
  /** Ends the connection after this many bytes of the body. */
  readonly cut: number | null;
  /** Only the first `times` answers misbehave (cut, status, wrong, html, stall); absent: all. Counted per `id`. */
  readonly times: number | null;
  readonly id: string;
  /** Bytes per second. */
  readonly slow: number | null;
  /** While the hub's gate is closed, nothing after this many bytes of the file is sent. */
  readonly gateAt: number | null;
  /** Answers with this status. */
  readonly status: number | null;
  /** `Retry-After`, in seconds. */
  readonly retryAfter: number | null;
  /** Flips one byte of the body. */
  readonly wrong: boolean;
  /** A web page instead of the file, with status 200. */
  readonly html: boolean;
  /** Announces and sends this many bytes instead of the file's. */
  readonly length: number | null;
  /** Ignores `Range`. */
  readonly noRange: boolean;
  /** Redirects file requests to the second origin, as hubs do. */
  readonly redirect: boolean;
  /** No CORS header. */
  readonly noCors: boolean;
  /** `linked`: X-Linked-Etag; `etag`: ETag is the sha256; `pointer`: /raw/ gives a pointer; `none`; `lie`: a wrong X-Linked-Etag. */
  readonly hash: 'linked' | 'etag' | 'pointer' | 'none' | 'lie';
  /** Changes with every request, as if the file had been replaced. */
  readonly newEtag: boolean;
  /** Sends headers and never a body. */
  readonly stall: boolean;
}

const GOOD: Behaviour = {
  cut: null,
  times: null,
  id: '',
  slow: null,
  gateAt: null,
  status: null,
  retryAfter: null,
  wrong: false,
  html: false,
  length: null,
  noRange: false,
  redirect: false,
  noCors: false,
  hash: 'linked',
  newEtag: false,
  stall: false,
};

const HASH_MODES: readonly string[] = ['linked', 'etag', 'pointer', 'none', 'lie'];

/** Path segment for a hub's base URL, without slashes. */
export function formatBehaviour(behaviour: Partial<Behaviour>): string {
  const parts = Object.entries(behaviour)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => `${name}=${String(value)}`);
  return `~${parts.join(';')}`;
}

/** Reads a path's first segment; a path without one is a good hub. Throws on an unknown name: a typo must not pass a test. */
export function splitBehaviour(path: string): { behaviour: Behaviour; rest: string } {
  const match = /^\/~([^/]*)(\/.*)$/.exec(path);
  if (match === null) return { behaviour: GOOD, rest: path };
  const [, text = '', rest = '/'] = match;
  const change: Record<string, unknown> = {};
  for (const part of text.split(';').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    if (!(name in GOOD)) throw new Error(`unknown behaviour "${name}"`);
    change[name] = parseValue(name as keyof Behaviour, value);
  }
  return { behaviour: { ...GOOD, ...change }, rest };
}

function parseValue(name: keyof Behaviour, value: string): string | number | boolean {
  if (name === 'id') return value;
  if (name === 'hash') {
    if (!HASH_MODES.includes(value)) throw new Error(`unknown hash mode "${value}"`);
    return value;
  }
  return typeof GOOD[name] === 'boolean' ? value === 'true' : Number(value);
}
