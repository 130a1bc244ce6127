/** Where models come from: the default hub and the mirrors that a deployment lists at build time (`VITE_HUBS`). */
import type { ModelFile } from './manifest.ts';

export interface Hub {
  /** Base URL without a trailing slash; replaces `{hub}` in the catalogue. */
  readonly baseUrl: string;
  /** What the user reads in the list of hubs. */
  readonly label: string;
  /** CSP sources of the hub and of the hosts that it redirects downloads to. */
  readonly connectSources: readonly string[];
  /** A mirror also keeps the files whose publisher's host cannot be read by a web page. */
  readonly isMirror: boolean;
}

/** The default hub redirects each download to a content host whose name changes: hence the wildcard. */
export const DEFAULT_HUB: Hub = {
  baseUrl: 'https://huggingface.co',
  label: 'huggingface.co',
  connectSources: ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'],
  isMirror: false,
};

const WILDCARD_SOURCE = /^https?:\/\/(\*\.)?[a-z0-9.-]+(:\d+)?$/i;

/**
 * The default hub, then the mirrors of `text`: entries separated by commas; in an entry the base URL first,
 * then, separated by spaces, further origins that it redirects to (`https://*.cdn.example` is allowed).
 * Throws an Error that names the entry: a wrong list must stop the build.
 */
export function parseHubs(text: string | undefined): readonly Hub[] {
  const mirrors = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseMirror);
  return [DEFAULT_HUB, ...mirrors];
}

function parseMirror(entry: string): Hub {
  const [base = '', ...redirectOrigins] = entry.split(/\s+/);
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new Error(`VITE_HUBS: "${base}" is no http(s) URL`);
  }
  const url = new URL(base);
  for (const origin of redirectOrigins) {
    if (!WILDCARD_SOURCE.test(origin)) throw new Error(`VITE_HUBS: "${origin}" is no origin (in "${entry}")`);
  }
  return {
    baseUrl: url.origin + url.pathname.replace(/\/+$/, ''),
    label: url.host + url.pathname.replace(/\/+$/, ''),
    connectSources: [url.origin, ...redirectOrigins],
    isMirror: true,
  };
}

/** The hub that `?hub=` or the setting names, by base URL, host or label; null when the deployment does not list it. */
export function findHub(hubs: readonly Hub[], name: string): Hub | null {
  const wanted = name.replace(/\/+$/, '');
  return (
    hubs.find(
      (hub) => hub.baseUrl === wanted || hub.label === wanted || new URL(hub.baseUrl).host === wanted,
    ) ?? null
  );
}

/** Address of a file at a hub; null where only the user can bring it. */
export function resolveFileUrl(file: ModelFile, hub: Hub): string | null {
  if (file.url !== null) return file.url.replace('{hub}', hub.baseUrl);
  return hub.isMirror && file.mirrorPath !== undefined ? `${hub.baseUrl}/${file.mirrorPath}` : null;
}
