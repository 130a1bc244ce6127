import { useEffect, useRef } from 'react';
import type { InferenceResult } from '../../../engine/api.ts';
import { toneOf, writeColor } from '../../../render/color-math.ts';
import { getColormapTable } from '../../../render/colormaps.ts';
import { computeRange } from '../../../render/histogram.ts';
import { getPalette } from '../../../render/palettes.ts';
import { toScalarMap } from '../../../render/scalar-map.ts';

/** Colours of a result at its own size, RGBA8. */
function colourise(result: InferenceResult): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(result.widthPx * result.heightPx * 4).fill(255);
  if (result.kind === 'labels') {
    const palette = getPalette('published');
    result.labelsU8.forEach((label, index) => {
      pixels.set(palette.subarray(label * 3, label * 3 + 3), index * 4);
    });
    return pixels;
  }
  const { values } = toScalarMap(result);
  const tone = { range: computeRange(values, 'auto'), invert: false, gamma: 1 };
  const table = getColormapTable('inferno');
  const bytes = new Uint8Array(pixels.buffer);
  values.forEach((value, index) => writeColor(table, toneOf(value, tone), bytes, index * 4));
  return pixels;
}

interface PreviewCanvasProps {
  readonly result: InferenceResult;
  readonly label: string;
}

/** A small picture of a result; scaled by the style sheet. */
export function PreviewCanvas({ result, label }: PreviewCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.putImageData(new ImageData(colourise(result), result.widthPx, result.heightPx), 0, 0);
  }, [result]);
  return (
    <canvas
      ref={canvas}
      className="preview-canvas"
      role="img"
      aria-label={label}
      data-testid="model-preview"
      width={result.widthPx}
      height={result.heightPx}
    />
  );
}
