/** The pictures that come with the app: rendered for Isobath. */
export const SAMPLES = ['street', 'park', 'office', 'desk', 'tabletop', 'vase'] as const;
export type SampleName = (typeof SAMPLES)[number];

/** The one of the first visit. */
export const DEMO_SAMPLE: SampleName = 'street';

function sampleUrl(name: SampleName, base: string = import.meta.env.BASE_URL): string {
  return `${base}samples/${name}.jpg`;
}

export function sampleThumbnailUrl(name: SampleName, base: string = import.meta.env.BASE_URL): string {
  return `${base}samples/thumbnails/${name}.webp`;
}

/** The sample as a file. Rejects where it cannot be had. */
export async function fetchSample(name: SampleName, fetchFile: typeof fetch = fetch): Promise<File> {
  const response = await fetchFile(sampleUrl(name));
  if (!response.ok) throw new Error(`sample ${name}: ${response.status}`);
  return new File([await response.blob()], `${name}.jpg`, { type: 'image/jpeg' });
}
