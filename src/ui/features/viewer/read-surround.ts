/** The element's background as a grey in 0..1, as the renderer wants it. Asked of a canvas, because computed colours come in any notation. */
export function readSurround(element: Element): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null) return 0.1;
  context.fillStyle = getComputedStyle(element).backgroundColor;
  context.fillRect(0, 0, 1, 1);
  return (context.getImageData(0, 0, 1, 1).data[1] ?? 26) / 255;
}
