/** Map and guide in one texture; outlines are pulled onto the photo's once per map. */
import { bindTexture, createTexture, type GpuProgram, type GpuTarget } from './gpu-program.ts';
import { measureSpan, packMap, unpackValues, type ValueSpan } from './map-texels.ts';
import { readGuide } from './photo-pixels.ts';
import type { ScalarMap } from './renderer.ts';
import { replaceNonFinite } from './scalar-map.ts';
import { OUTPUT, type MapUniform } from './shaders.ts';
import { UNIT } from './texture-units.ts';

export interface MapTexture {
  /** True when the texture held another map, or one with another guide. */
  upload(map: ScalarMap, guidePhoto: ImageBitmap | null): boolean;
  /** Of the map that was uploaded last. */
  readonly valueSpan: ValueSpan;
  dispose(): void;
}

/** @param target is drawn on to align a map, and free again afterwards */
export function createMapTexture(
  gl: WebGL2RenderingContext,
  { program, at }: GpuProgram<MapUniform>,
  target: GpuTarget,
): MapTexture {
  const texture = createTexture(gl, UNIT.map, gl.NEAREST);
  let uploadedMap: ScalarMap | null = null;
  let uploadedGuide: ImageBitmap | null = null;
  let valueSpan: ValueSpan = { min: 0, span: 0 };

  function uploadTexels({ widthPx, heightPx }: ScalarMap, texels: Float32Array): void {
    bindTexture(gl, UNIT.map, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, widthPx, heightPx, 0, gl.RGBA, gl.FLOAT, texels);
  }

  /** Replaces the values in `texels` by those of `edge-alignment.ts`, computed from the uploaded map. */
  function align({ widthPx, heightPx }: ScalarMap, texels: Float32Array): void {
    gl.useProgram(program);
    gl.uniform1i(at.uMap, UNIT.map);
    gl.uniform2f(at.uValueSpan, valueSpan.min, valueSpan.span);
    gl.uniform1i(at.uOutput, OUTPUT.alignedMap);
    target.begin(widthPx, heightPx);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    const packedRgba = new Uint8Array(widthPx * heightPx * 4);
    gl.readPixels(0, 0, widthPx, heightPx, gl.RGBA, gl.UNSIGNED_BYTE, packedRgba);
    unpackValues(texels, packedRgba, valueSpan);
  }

  return {
    upload(map, guidePhoto) {
      if (uploadedMap === map && uploadedGuide === guidePhoto) return false;
      const guide = guidePhoto === null ? null : readGuide(guidePhoto, map.widthPx, map.heightPx);
      const values = replaceNonFinite(map.values);
      const texels = packMap(values, guide);
      uploadTexels(map, texels);
      valueSpan = measureSpan(values);
      if (guide !== null) {
        // Through the CPU and back once per map: float targets are an extension, and every later tap stays one fetch.
        align(map, texels);
        uploadTexels(map, texels);
      }
      uploadedMap = map;
      uploadedGuide = guidePhoto;
      return true;
    },
    get valueSpan() {
      return valueSpan;
    },
    dispose: () => gl.deleteTexture(texture),
  };
}
