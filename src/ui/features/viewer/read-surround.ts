/** A canvas is asked for each colour once: asking makes it draw and read back. */
const known = new Map<string, number>();

/** The element's background as a grey in 0..1, as the renderer wants it. Asked of a canvas, because computed colours come in any notation. */
export function readSurround(element: Element): number {
  const { backgroundColor } = getComputedStyle(element);
  let surround = known.get(backgroundColor);
  if (surround === undefined) {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    if (context === null) return 0.1;
    context.fillStyle = backgroundColor;
    context.fillRect(0, 0, 1, 1);
    surround = (context.getImageData(0, 0, 1, 1).data[1] ?? 26) / 255;
    known.set(backgroundColor, surround);
  }
  return surround;
}
